"""Artifacts of a build, the manifest that Terraform reads, and the size limits that Lambda would enforce late."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build.errors import PackageError
from build.package.target import Target

MANIFEST = "manifest.json"
UNZIPPED_LIMIT = 262_144_000  # bytes of a function and all of its layers
DIRECT_UPLOAD_LIMIT = 52_428_800  # bytes of a zip that is not uploaded through S3, as modules/layer does


@dataclass(frozen=True)
class Artifact:
    """The zip of a function or a layer.

    Attributes:
        file: The name of the zip.
        sha256: The SHA-256 of the zip, in hex.
        data: The bytes to write; None if the file in the output folder already has them.
        compiled: Whether a layer contains .pyc files.
        handler: A function's handler in Lambda's notation, for example handlers.worker.handler.
    """

    file: str
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int
    data: bytes | None
    compiled: bool = False
    handler: str = ""

    @classmethod
    def from_data(
        cls, path: Path, data: bytes, unzipped_bytes: int, *, compiled: bool = False, handler: str = ""
    ) -> "Artifact":
        """Return the artifact for `path`, with `data` only if the file there differs."""
        same = path.is_file() and path.read_bytes() == data
        sha256 = hashlib.sha256(data).hexdigest()
        return cls(path.name, sha256, len(data), unzipped_bytes, None if same else data, compiled, handler)


@dataclass(frozen=True)
class Build:
    """Everything built for one target.

    Attributes:
        functions: Artifacts by function.
        layers: Artifacts by layer.
        engines: The engine by layer, for layers of an engine.
        compiler: The version of the Python that compiled the layers, for example cpython 3.13.5; None without one.
    """

    target: Target
    functions: Mapping[str, Artifact]
    layers: Mapping[str, Artifact]
    engines: Mapping[str, str]
    compiler: str | None = None

    def artifacts(self) -> Sequence[Artifact]:
        """Return the functions' artifacts, then the layers'."""
        return [*self.functions.values(), *self.layers.values()]


def check_sizes(build: Build) -> None:
    """Check the artifacts against Lambda's size limits.

    Each function counts with all layers, because it has all of them when models of all engines are deployed.

    Raises:
        PackageError: A zip or a function with its layers is too large.
    """
    for artifact in build.functions.values():
        if artifact.zipped_bytes > DIRECT_UPLOAD_LIMIT:
            raise PackageError(
                f"{artifact.file} is too large: {artifact.zipped_bytes:,} bytes, and Lambda accepts at most "
                f"{DIRECT_UPLOAD_LIMIT:,} in a direct upload. Move large dependencies into a layer."
            )
    layers = sum(layer.unzipped_bytes for layer in build.layers.values())
    for name, function in build.functions.items():
        total = function.unzipped_bytes + layers
        if total > UNZIPPED_LIMIT:
            raise PackageError(
                f"Function {name} and its layers are too large: {total:,} bytes unzipped "
                f"({function.unzipped_bytes:,} and {layers:,}), and Lambda allows {UNZIPPED_LIMIT:,}. "
                "Drop more files from a layer (build/layers/*.toml)."
            )


def render_manifest(build: Build) -> bytes:
    """Return the manifest of a build as JSON: sorted keys, two spaces, a newline at the end."""
    content = {
        "python": build.target.python,
        "architecture": build.target.architecture,
        "functions": {
            name: {**_describe(artifact), "handler": artifact.handler} for name, artifact in build.functions.items()
        },
        "layers": {
            name: {
                **_describe(artifact),
                "compiled": artifact.compiled,
                **({"engine": build.engines[name]} if name in build.engines else {}),
            }
            for name, artifact in build.layers.items()
        },
    }
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file atomically: readers, and an interrupted build, see the old contents or the new ones."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _describe(artifact: Artifact) -> dict[str, Any]:
    return {
        "file": artifact.file,
        "sha256": artifact.sha256,
        "bytes": artifact.zipped_bytes,
        "unzipped_bytes": artifact.unzipped_bytes,
    }
