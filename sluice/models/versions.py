"""Versions of models as people write them: name@hash, of which the first few digits are enough."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from build import bundle
from inference.models import names

_WRITTEN = re.compile(rf"({names.PATTERN})@([0-9a-f]{{1,64}})")


class VersionError(Exception):
    """What was written names no version, or more than one; the message says which there are."""


@dataclass(frozen=True, order=True)
class Version:
    """A bundle: its model's name and the SHA-256 of its manifest, in hex."""

    name: str
    hash: str

    def __str__(self) -> str:
        return f"{self.name}@{self.hash}"

    @property
    def folder(self) -> str:
        """Its folder in a model bucket, with a slash at the end."""
        return f"{self.name}/{self.hash}/"


def of(folder: Path) -> Version:
    """The version that a folder holds. Raises BundleError unless the bundle is sound."""
    return Version(bundle.verify(folder)["name"], bundle.digest(folder))


def here(project: Path) -> dict[Version, Path]:
    """The bundles under the project's models/, where `make model` puts them; they are not verified."""
    found = {}
    for manifest in sorted(project.glob("models/*/*/manifest.json")):
        try:
            name = json.loads(manifest.read_bytes())["name"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a bundle that is being made
        found[Version(name, bundle.digest(manifest.parent))] = manifest.parent
    return found


def name(written: str) -> str:
    """The model's name in what was written. Raises VersionError."""
    return _split(written)[0]


def find(written: str, known: Iterable[Version]) -> Version:
    """The one of the known versions that name@ and the first digits of a hash mean; a whole hash is its own word."""
    model, start = _split(written)
    if len(start) == 64:
        return Version(model, start)
    versions = sorted({version for version in known if version.name == model})
    matching = [version for version in versions if version.hash.startswith(start)]
    if len(matching) == 1:
        return matching[0]
    problem = "means several versions" if matching else "means none of the versions that there are"
    raise VersionError(f"{written} {problem}:{listed(matching or versions)}")


def listed(versions: Iterable[Version]) -> str:
    """The versions, a line each."""
    return "".join(f"\n  {version}" for version in sorted(versions)) or " none at all."


def _split(written: str) -> tuple[str, str]:
    if not (match := _WRITTEN.fullmatch(written)):
        raise VersionError(
            f"{written!r} is neither a folder with a model bundle nor a version such as digits@8f3a2c: "
            "a name, @ and the first digits of the hash."
        )
    return match[1], match[2]
