"""A model bundle: a folder whose manifest pins every file by SHA-256, so that the manifest's own hash pins the model.

Verify bundles and print their hashes:
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
_MODEL_FILES = {"litert": "model.tflite", "tensorflow": "model.pb"}
_SAMPLE_FILES = {b"\xff\xd8\xff": "sample.jpg", b"\x89PN": "sample.png", b"RIF": "sample.webp"}
_REQUIRED, _OPTIONAL = ("model", "labels", "sample"), ("parity",)
_FIX = "import the model again"


class BundleError(BuildError):
    """A folder is not a bundle, or does not match its manifest."""


@dataclass(frozen=True)
class Input:
    """The model's input: float32 [1, height, width, channels] = pixels (0..255) * scale + offset.

    `decode` is how JPEGs are decoded: "exact" as TensorFlow does, "fast" at the smallest sufficient scale.
    """

    height: int
    width: int
    channels: int
    scale: float
    offset: float
    decode: str = "exact"


@dataclass(frozen=True)
class Contents:
    """The contents of a bundle.

    Attributes:
        name: The model's name.
        engine: litert or tensorflow.
        input: The model's input.
        model: The model in the engine's format: a .tflite or a frozen graph.
        labels: One label per output.
        sample: A JPEG, PNG or WEBP image that the model can classify.
        precision: float32, float16 or int8.
        parity: The report of the conversion.
        tensors: The names of the input and output operations of a TensorFlow graph.
    """

    name: str
    engine: str
    input: Input
    model: bytes
    labels: Sequence[str]
    sample: bytes
    precision: str = "float32"
    parity: Mapping[str, Any] | None = None
    tensors: Mapping[str, str] | None = None


def write(folder: Path, contents: Contents) -> str:
    """Write a bundle; the manifest comes last, so that an unfinished bundle does not verify.

    Args:
        folder: The bundle's folder, created if necessary.
        contents: The contents of the bundle.

    Returns:
        The bundle's digest.
    """
    roles = {
        "model": (_MODEL_FILES[contents.engine], contents.model),
        "labels": ("labels.txt", "".join(f"{label}\n" for label in contents.labels).encode()),
        "sample": (_SAMPLE_FILES[contents.sample[:3]], contents.sample),
    }
    if contents.parity is not None:
        roles["parity"] = ("parity.json", encode_manifest(contents.parity))
    files = dict(roles.values())
    manifest = {
        "format": FORMAT,
        "name": contents.name,
        "engine": contents.engine,
        "precision": contents.precision,
        "input": asdict(contents.input),
        **({"tensors": dict(contents.tensors)} if contents.tensors else {}),
        **{role: file for role, (file, _) in roles.items()},
        "files": {file: {"sha256": _sha256(data), "bytes": len(data)} for file, data in files.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in {**files, MANIFEST: encode_manifest(manifest)}.items():
        unfinished = folder / f".{file}.unfinished"
        unfinished.write_bytes(data)
        unfinished.replace(folder / file)
    verify(folder)
    return digest(folder)


def digest(folder: Path) -> str:
    """Return the bundle's digest: the SHA-256, in hex, of its manifest's bytes."""
    return _sha256(_read_manifest(folder))


def verify(folder: Path) -> dict[str, Any]:
    """Verify a bundle and return its manifest.

    Raises:
        BundleError: The manifest is not canonical, a role is missing or belongs to another engine, or a file is
            missing, unknown, or has other bytes.
    """
    data = _read_manifest(folder)
    try:
        manifest: dict[str, Any] = json.loads(data)
        files = {file: (pin["sha256"], pin["bytes"]) for file, pin in manifest["files"].items()}
        roles = {manifest[role] for role in _REQUIRED} | {manifest[role] for role in _OPTIONAL if role in manifest}
        engine, tensors = manifest["engine"], manifest.get("tensors", {})
        named = sorted(tensors.items())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BundleError(f"{folder / MANIFEST} is not a valid manifest ({error!r}): {_FIX}.") from None
    if manifest.get("format") != FORMAT:
        raise BundleError(f"{folder} has format {manifest.get('format')!r}; only format {FORMAT} is supported.")
    if data != encode_manifest(manifest):
        raise BundleError(f"{folder / MANIFEST} was edited by hand: {_FIX}.")
    if engine not in _MODEL_FILES or manifest["model"] != _MODEL_FILES[engine]:
        raise BundleError(f"{folder} has {manifest['model']} for the engine {engine!r}: {_FIX}.")
    if engine == "tensorflow" and [role for role, name in named if name] != ["input", "output"]:
        raise BundleError(f"{folder} does not name the input and output tensors of its graph: {_FIX}.")
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    if present != files.keys() or not roles <= files.keys():
        names = ", ".join(sorted(present ^ files.keys() | roles - files.keys()))
        raise BundleError(f"{folder} has missing or unknown files compared with its manifest ({names}): {_FIX}.")
    for file, (sha256, size) in files.items():
        content = (folder / file).read_bytes()
        if (_sha256(content), len(content)) != (sha256, size):
            raise BundleError(f"{folder / file} does not match the SHA-256 in its manifest: {_FIX}.")
    return manifest


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the only byte form that verifies: JSON with sorted keys, two spaces and a newline at the end."""
    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()


def _read_manifest(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise BundleError(f"{folder} is not a bundle: cannot read {MANIFEST} ({error.strerror}).") from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    """Verify the bundles in the folders on the command line and print their digests."""
    try:
        for folder in map(Path, sys.argv[1:]):
            verify(folder)
            print(f"{digest(folder)}  {folder}")
    except BundleError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
