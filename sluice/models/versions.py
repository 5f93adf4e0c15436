"""Versions of models: name@hash, of which users type the first digits, and the bundles of this machine."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from build import bundle
from inference.models import names
from sluice.errors import SluiceError

_REFERENCE = re.compile(rf"({names.PATTERN})@([0-9a-f]{{1,64}})")


class VersionError(SluiceError):
    """A reference does not name exactly one version; the message lists the known ones."""


@dataclass(frozen=True, order=True)
class Version:
    """A model bundle: its model's name, and the SHA-256 of its manifest in hex."""

    name: str
    hash: str

    def __str__(self) -> str:
        return f"{self.name}@{self.hash}"

    @property
    def folder(self) -> str:
        """The prefix of its objects in a model bucket, with a slash at the end."""
        return f"{self.name}/{self.hash}/"


def read_version(folder: Path) -> Version:
    """Return the version of the bundle in a folder.

    Raises:
        BundleError: If the bundle is damaged.
    """
    return Version(bundle.verify(folder)["name"], bundle.digest(folder))


def find_local_bundles(project: Path) -> dict[Version, Path]:
    """Return the bundles under models/, where `make model` creates them, by version; they are not verified."""
    folders = {}
    for manifest in sorted(project.glob("models/*/*/manifest.json")):
        try:
            name = json.loads(manifest.read_bytes())["name"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # `make model` is still creating it
        folders[Version(name, bundle.digest(manifest.parent))] = manifest.parent
    return folders


def parse_model_name(reference: str) -> str:
    """Return the model's name in a reference such as digits@8f3a2c.

    Raises:
        VersionError: If the reference is malformed.
    """
    return _parse(reference)[0]


def match_version(reference: str, known: Iterable[Version]) -> Version:
    """Return the version that a reference names.

    Args:
        reference: A name, @, and the first digits of a hash. A whole hash need not be known.
        known: The versions among which to search.

    Raises:
        VersionError: If the reference is malformed, or does not match exactly one version.
    """
    name, prefix = _parse(reference)
    if len(prefix) == 64:
        return Version(name, prefix)
    versions = sorted({version for version in known if version.name == name})
    matching = [version for version in versions if version.hash.startswith(prefix)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise VersionError(f"{reference} matches several versions:{format_list(matching)}")
    raise VersionError(f"{reference} does not match a known version. Known versions:{format_list(versions)}")


def format_list(versions: Iterable[Version]) -> str:
    """Return versions as lines of text, or the word none."""
    return "".join(f"\n  {version}" for version in sorted(versions)) or " none."


def _parse(reference: str) -> tuple[str, str]:
    if not (match := _REFERENCE.fullmatch(reference)):
        raise VersionError(
            f'Invalid version "{reference}": use the folder of a model bundle, or a name, @ and the first digits of '
            "the hash, for example digits@8f3a2c."
        )
    return match[1], match[2]
