"""A model bundle: a folder whose manifest pins every file by SHA-256, so that the manifest's own hash pins the model.

Verify one, and print its hash:
    python -m build.bundle models/digits/bundle
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
_EXTENSIONS = {"litert": "tflite"}


class BundleError(Exception):
    """A bundle is not what its manifest says; the message is a sentence for the person who made it."""


@dataclass(frozen=True)
class Input:
    """What the model takes: float32 [1, height, width, channels] = pixels (0..255) * scale + offset."""

    height: int
    width: int
    channels: int
    scale: float
    offset: float


def write(
    folder: Path, *, name: str, engine: str, takes: Input, model: bytes, labels: Sequence[str], sample: bytes
) -> str:
    """Write the bundle into `folder`, made if need be, and return its digest.

    `model` is the engine's own format, `labels` one word or phrase per output, `sample` a PNG.
    The manifest is written last: until then the folder does not verify.
    """
    content = {
        f"model.{_EXTENSIONS[engine]}": model,
        "labels.txt": "".join(f"{label}\n" for label in labels).encode(),
        "sample.png": sample,
    }
    manifest = {
        "format": FORMAT,
        "name": name,
        "engine": engine,
        "input": asdict(takes),
        "model": f"model.{_EXTENSIONS[engine]}",
        "labels": "labels.txt",
        "sample": "sample.png",
        "files": {file: {"sha256": _sha256(data), "bytes": len(data)} for file, data in content.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in {**content, MANIFEST: canonical(manifest)}.items():
        unfinished = folder / f".{file}.unfinished"
        unfinished.write_bytes(data)
        unfinished.replace(folder / file)
    verify(folder)
    return digest(folder)


def digest(folder: Path) -> str:
    """The bundle's hash: SHA-256, in hex, of its manifest's bytes."""
    return _sha256(_manifest_bytes(folder))


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of a sound bundle.

    Raises BundleError when the manifest is not canonical, or a file is missing, extra, or not the pinned bytes.
    """
    data = _manifest_bytes(folder)
    try:
        manifest: dict[str, Any] = json.loads(data)
        files = {file: (pin["sha256"], pin["bytes"]) for file, pin in manifest["files"].items()}
        roles = {manifest[role] for role in ("model", "labels", "sample")}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BundleError(
            f"{folder / MANIFEST} is not a bundle's manifest ({error!r}): make the model again."
        ) from None
    if manifest.get("format") != FORMAT:
        raise BundleError(f"{folder} has format {manifest.get('format')!r}, and only {FORMAT} is known.")
    if data != canonical(manifest):
        raise BundleError(f"{folder / MANIFEST} was edited by hand: make the model again.")
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    if present != files.keys() or not roles <= files.keys():
        odd = ", ".join(sorted(present ^ files.keys() | roles - files.keys()))
        raise BundleError(f"{folder} and its manifest disagree about {odd}: make the model again.")
    for file, (sha256, size) in files.items():
        found = (folder / file).read_bytes()
        if (_sha256(found), len(found)) != (sha256, size):
            raise BundleError(f"{folder / file} is not the file that its manifest pins: make the model again.")
    return manifest


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """The one byte form of a manifest: sorted keys, two spaces, a newline at the end."""
    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()


def _manifest_bytes(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise BundleError(f"{folder} is not a bundle: {MANIFEST} cannot be read ({error.strerror}).") from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    try:
        for given in map(Path, sys.argv[1:]):
            verify(given)
            print(f"{digest(given)}  {given}")
    except BundleError as error:
        sys.exit(str(error))
