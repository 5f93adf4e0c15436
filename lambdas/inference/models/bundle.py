"""Download a model bundle and prove that it is the one that was asked for."""

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from inference.errors import ModelError
from inference.models.memory_file import MemoryFile
from inference.models.verified_object import CURE, VerifiedObject

_ADDRESS = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<folder>.+/(?P<sha256>[0-9a-f]{64}))/?")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAX_MANIFEST_BYTES = 1024 * 1024
_REQUESTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle, to be closed by `with`.

    It is its manifest, the SHA-256 (hex) of that manifest, the model file, and the bytes of the labels and the sample.
    """

    address: str
    sha256: str
    manifest: Mapping[str, Any]
    model: MemoryFile
    files: Mapping[str, bytes]

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self.model.close()


def download(address: str, begin: Callable[[Mapping[str, Any]], object] | None = None) -> Bundle:
    """The bundle at `s3://bucket/name/sha256`. Raises ModelError when anything is missing, unreadable or different.

    `begin` is given the manifest while the files are on their way; what it raises is ignored.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ModelError(f"The model's address is {address!r}; it must be s3://bucket/name/<SHA-256 of the manifest>.")
    folder, sha256 = f"s3://{match['bucket']}/{match['folder']}", match["sha256"]
    text = VerifiedObject(f"{folder}/manifest.json", _MAX_MANIFEST_BYTES, sha256).read()
    try:
        manifest, pins = _parse(text, folder)
        model, others = pins[manifest["model"]], {manifest[role]: pins[manifest[role]] for role in ("labels", "sample")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The manifest of the bundle at {folder} cannot be used: {error}. {CURE}") from error
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE + 1, thread_name_prefix="bundle") as pool:
        if begin is not None:
            pool.submit(begin, manifest)
        small = {name: pool.submit(pin.read) for name, pin in others.items()}
        pages = model.fetch(pool)
        try:
            files = {name: reading.result() for name, reading in small.items()}
        except BaseException:
            pages.close()
            raise
    return Bundle(folder, sha256, manifest, pages, files)


def _parse(text: bytes, folder: str) -> tuple[dict[str, Any], dict[str, VerifiedObject]]:
    """The manifest, and the pin of each file that it names."""
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != 1:
        raise ValueError(f"its format is {manifest['format']!r}, this code reads 1")
    for name in manifest["files"]:
        if not _FILE.fullmatch(name):
            raise ValueError(f"{name!r} is no plain file name")
    pins = {
        name: VerifiedObject(f"{folder}/{name}", int(entry["bytes"]), entry["sha256"])
        for name, entry in manifest["files"].items()
    }
    return manifest, pins
