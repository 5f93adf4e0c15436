"""Download a model bundle and verify every file against the hashes that its address pins."""

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from inference.errors import ModelError
from inference.models.memory_file import MemoryFile
from inference.models.verified_object import REMEDY, VerifiedObject

_ADDRESS = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<folder>.+/(?P<sha256>[0-9a-f]{64}))/?")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAX_MANIFEST_BYTES = 1024 * 1024
_PARALLEL_REQUESTS = 8


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle. Use it in a with-statement, which closes the model file.

    Attributes:
        address: s3://bucket/name/sha256.
        sha256: SHA-256 (hex) of the manifest.
        manifest: The manifest, which names and pins the other files.
        model: The model file.
        files: The contents of the labels and the sample, by file name.
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


def download(address: str, on_manifest: Callable[[Mapping[str, Any]], object] | None = None) -> Bundle:
    """Download and verify a bundle.

    Args:
        address: s3://bucket/name/<SHA-256 of the manifest>.
        on_manifest: Called with the verified manifest while the other files are downloaded. Its errors are ignored.

    Raises:
        ModelError: A file is missing, unreadable or does not match its hash, or the manifest is not valid.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ModelError(f"The model's address is {address!r}; it must be s3://bucket/name/<SHA-256 of the manifest>.")
    folder, sha256 = f"s3://{match['bucket']}/{match['folder']}", match["sha256"]
    text = VerifiedObject(f"{folder}/manifest.json", _MAX_MANIFEST_BYTES, sha256).read()
    try:
        manifest, objects = _parse_manifest(text, folder)
        model = objects[manifest["model"]]
        others = {manifest[role]: objects[manifest[role]] for role in ("labels", "sample")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The manifest of the bundle at {folder} is not valid: {error}. {REMEDY}") from error
    with ThreadPoolExecutor(_PARALLEL_REQUESTS + 1, thread_name_prefix="bundle") as pool:
        if on_manifest is not None:
            pool.submit(on_manifest, manifest)
        reads = {name: pool.submit(other.read) for name, other in others.items()}
        file = model.download(pool)
        try:
            files = {name: read.result() for name, read in reads.items()}
        except BaseException:
            file.close()
            raise
    return Bundle(folder, sha256, manifest, file, files)


def _parse_manifest(text: bytes, folder: str) -> tuple[dict[str, Any], dict[str, VerifiedObject]]:
    """Return the manifest, and each file that it names as an object with its pinned size and hash."""
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != 1:
        raise ValueError(f"its format is {manifest['format']!r}, this version reads 1")
    for name in manifest["files"]:
        if not _FILE.fullmatch(name):
            raise ValueError(f"{name!r} is not a plain file name")
    objects = {
        name: VerifiedObject(f"{folder}/{name}", int(entry["bytes"]), entry["sha256"])
        for name, entry in manifest["files"].items()
    }
    return manifest, objects
