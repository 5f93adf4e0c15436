"""A zip on its way to, or already in, the folder that Terraform reads."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Artifact:
    """A function's or a layer's zip; `data` is None when the file that is there is already the right one.

    `compiled` says whether a layer has .pyc files beside its Python files; `handler` is a function's, for Lambda.
    """

    file: str
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int
    data: bytes | None
    compiled: bool = False
    handler: str = ""


def artifact(path: Path, data: bytes, unzipped_bytes: int, *, compiled: bool = False, handler: str = "") -> Artifact:
    """The artifact to be kept at `path`, compared with what is there."""
    same = path.is_file() and path.read_bytes() == data
    sha256 = hashlib.sha256(data).hexdigest()
    return Artifact(path.name, sha256, len(data), unzipped_bytes, None if same else data, compiled, handler)


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile, or after an interruption, finds the old or the new."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)
