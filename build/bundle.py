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

from build.errors import BuildError

FORMAT = 1
MANIFEST = "manifest.json"
_MODELS = {"litert": "model.tflite", "tensorflow": "model.pb"}
_SAMPLES = {b"\xff\xd8\xff": "sample.jpg", b"\x89PN": "sample.png", b"RIF": "sample.webp"}
_NEEDED, _OPTIONAL = ("model", "labels", "sample"), ("parity",)


class BundleError(BuildError):
    """A bundle is not what its manifest says; the message is a sentence for the person who made it."""


@dataclass(frozen=True)
class Input:
    """What the model takes: float32 [1, height, width, channels] = pixels (0..255) * scale + offset.

    `decode` is how JPEGs are read: "exact" as TensorFlow does, "fast" at the least scale that is large enough.
    """

    height: int
    width: int
    channels: int
    scale: float
    offset: float
    decode: str = "exact"


@dataclass(frozen=True)
class Contents:
    """All that a bundle holds. `model` is the engine's own format, `labels` one word or phrase per output.

    `sample` is a JPEG, PNG or WEBP image of the kind that the model takes, `parity` the report of its conversion, and
    `tensors` the names of the operations at the ends of a TensorFlow graph: {"input": ..., "output": ...}.
    """

    name: str
    engine: str
    takes: Input
    model: bytes
    labels: Sequence[str]
    sample: bytes
    precision: str = "float32"
    parity: Mapping[str, Any] | None = None
    tensors: Mapping[str, str] | None = None


def write(folder: Path, contents: Contents) -> str:
    """Write the bundle into `folder`, made if need be, and return its digest.

    The manifest is written last: until then the folder does not verify.
    """
    roles = {
        "model": (_MODELS[contents.engine], contents.model),
        "labels": ("labels.txt", "".join(f"{label}\n" for label in contents.labels).encode()),
        "sample": (_SAMPLES[contents.sample[:3]], contents.sample),
    }
    if contents.parity is not None:
        roles["parity"] = ("parity.json", canonical(contents.parity))
    files = dict(roles.values())
    manifest = {
        "format": FORMAT,
        "name": contents.name,
        "engine": contents.engine,
        "precision": contents.precision,
        "input": asdict(contents.takes),
        **({"tensors": dict(contents.tensors)} if contents.tensors else {}),
        **{role: file for role, (file, _) in roles.items()},
        "files": {file: {"sha256": _sha256(data), "bytes": len(data)} for file, data in files.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in {**files, MANIFEST: canonical(manifest)}.items():
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

    Raises BundleError when the manifest is not canonical, a role is missing or made for another engine, or a file is
    missing, extra, or not the pinned bytes.
    """
    data = _manifest_bytes(folder)
    try:
        manifest: dict[str, Any] = json.loads(data)
        files = {file: (pin["sha256"], pin["bytes"]) for file, pin in manifest["files"].items()}
        roles = {manifest[role] for role in _NEEDED} | {manifest[role] for role in _OPTIONAL if role in manifest}
        engine, tensors = manifest["engine"], manifest.get("tensors", {})
        named = sorted(tensors.items())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BundleError(
            f"{folder / MANIFEST} is not a bundle's manifest ({error!r}): make the model again."
        ) from None
    if manifest.get("format") != FORMAT:
        raise BundleError(f"{folder} has format {manifest.get('format')!r}, and only {FORMAT} is known.")
    if data != canonical(manifest):
        raise BundleError(f"{folder / MANIFEST} was edited by hand: make the model again.")
    if engine not in _MODELS or manifest["model"] != _MODELS[engine]:
        raise BundleError(f"{folder} has {manifest['model']} for the engine {engine!r}: make the model again.")
    if engine == "tensorflow" and [role for role, name in named if name] != ["input", "output"]:
        raise BundleError(f"{folder} does not name its graph's input and output tensors: make the model again.")
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
