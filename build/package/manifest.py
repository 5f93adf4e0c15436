"""The manifest that Terraform reads, and the limits that Lambda would enforce late."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from build.package.artifact import Artifact
from build.package.error import PackageError
from build.package.target import Target

UNZIPPED_LIMIT = 262_144_000  # a function and all of its layers
DIRECT_UPLOAD_LIMIT = 52_428_800  # a zip that is not uploaded through S3, as modules/layer does with larger ones


@dataclass(frozen=True)
class Build:
    """All that was made for one target: artifacts by the name of their function or layer, and layers' engines."""

    target: Target
    functions: Mapping[str, Artifact]
    layers: Mapping[str, Artifact]
    engines: Mapping[str, str]

    def artifacts(self) -> Sequence[Artifact]:
        """Functions, then layers."""
        return [*self.functions.values(), *self.layers.values()]


def check(build: Build) -> None:
    """Raise PackageError when Lambda would refuse the artifacts' sizes.

    Every function is counted with every layer, since it has them all when models of all engines are deployed.
    """
    for artifact in build.functions.values():
        if artifact.zipped_bytes > DIRECT_UPLOAD_LIMIT:
            raise PackageError(
                f"{artifact.file} has {artifact.zipped_bytes:,} bytes, and a zip that is uploaded directly, as "
                f"functions' are, may have {DIRECT_UPLOAD_LIMIT:,}: move what is large into a layer."
            )
    layers = sum(layer.unzipped_bytes for layer in build.layers.values())
    for name, function in build.functions.items():
        total = function.unzipped_bytes + layers
        if total > UNZIPPED_LIMIT:
            raise PackageError(
                f"Function {name} and its layers have {total:,} bytes unzipped ({function.unzipped_bytes:,} and "
                f"{layers:,}), and Lambda allows {UNZIPPED_LIMIT:,}: leave more out of a layer (build/layers/*.toml)."
            )


def manifest(build: Build) -> bytes:
    """The manifest of a build, as JSON: sorted keys, two spaces, a newline at the end."""
    content = {
        "python": build.target.python,
        "architecture": build.target.architecture,
        "functions": {
            name: {**_facts(artifact), "handler": artifact.handler} for name, artifact in build.functions.items()
        },
        "layers": {
            name: {
                **_facts(artifact),
                "compiled": artifact.compiled,
                **({"engine": build.engines[name]} if name in build.engines else {}),
            }
            for name, artifact in build.layers.items()
        },
    }
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def _facts(artifact: Artifact) -> dict[str, Any]:
    return {
        "file": artifact.file,
        "sha256": artifact.sha256,
        "bytes": artifact.zipped_bytes,
        "unzipped_bytes": artifact.unzipped_bytes,
    }
