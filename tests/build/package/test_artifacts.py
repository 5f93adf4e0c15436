"""The manifest lists what Terraform needs, and Lambda's size limits are checked before deployment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from build.errors import PackageError
from build.package.artifacts import (
    DIRECT_UPLOAD_LIMIT,
    UNZIPPED_LIMIT,
    Artifact,
    Build,
    check_sizes,
    render_manifest,
)
from build.package.target import Target


def build(function: int = 100, layer: int = 1000, zipped: int = 10, layer_zipped: int = 20) -> Build:
    """Return a build of one function and one layer of these sizes in bytes."""
    return Build(
        Target("3.13", "arm64"),
        {"worker": Artifact("worker.zip", "aa", zipped, function, None, handler="handlers.worker.handler")},
        {"litert": Artifact("litert.zip", "bb", layer_zipped, layer, None, compiled=True)},
        {"litert": "litert"},
    )


def test_manifest_describes_functions_and_layers() -> None:
    assert json.loads(render_manifest(build())) == {
        "python": "3.13",
        "architecture": "arm64",
        "functions": {
            "worker": {
                "file": "worker.zip",
                "handler": "handlers.worker.handler",
                "sha256": "aa",
                "bytes": 10,
                "unzipped_bytes": 100,
            }
        },
        "layers": {
            "litert": {
                "file": "litert.zip",
                "sha256": "bb",
                "bytes": 20,
                "unzipped_bytes": 1000,
                "engine": "litert",
                "compiled": True,
            }
        },
    }


def test_manifest_has_the_handler_of_an_example() -> None:
    hello = Artifact("hello.zip", "cc", 1, 2, None, handler="examples.hello.handler")
    functions = json.loads(render_manifest(replace(build(), functions={"hello": hello})))["functions"]
    assert functions["hello"]["handler"] == "examples.hello.handler"


def test_manifest_ignores_the_compiler_version() -> None:
    assert render_manifest(replace(build(), compiler="cpython 3.13.5")) == render_manifest(build())


def test_artifact_from_equal_file_has_no_data(tmp_path: Path) -> None:
    path = tmp_path / "one.zip"
    new = Artifact.from_data(path, b"zip", 5, handler="handlers.one.handler")
    assert (new.file, new.zipped_bytes, new.unzipped_bytes, new.data) == ("one.zip", 3, 5, b"zip")
    path.write_bytes(b"zip")
    unchanged = Artifact.from_data(path, b"zip", 5, handler="handlers.one.handler")
    assert unchanged == replace(new, data=None)
    path.write_bytes(b"pit")
    assert Artifact.from_data(path, b"zip", 5).data == b"zip"


def test_sizes_at_the_limit_pass() -> None:
    check_sizes(build(function=100, layer=UNZIPPED_LIMIT - 100, zipped=DIRECT_UPLOAD_LIMIT))


def test_unzipped_size_above_the_limit_is_refused() -> None:
    with pytest.raises(
        PackageError,
        match=r"Function worker and its layers are too large: 262,144,001 bytes .* allows 262,144,000",
    ):
        check_sizes(build(function=101, layer=UNZIPPED_LIMIT - 100))


def test_unzipped_size_counts_every_layer() -> None:
    one = build(function=100, layer=UNZIPPED_LIMIT - 100)
    two = replace(one, layers={**one.layers, "more": Artifact("more.zip", "cc", 1, 1, None)})
    with pytest.raises(PackageError, match=r"262,144,001 bytes unzipped \(100 and 262,143,901\)"):
        check_sizes(two)


def test_zipped_layer_may_exceed_the_direct_upload_limit() -> None:
    check_sizes(build(layer_zipped=DIRECT_UPLOAD_LIMIT + 1))


def test_zipped_function_above_the_limit_is_refused() -> None:
    with pytest.raises(PackageError, match=r"worker\.zip is too large: 52,428,801 bytes, .* at most 52,428,800"):
        check_sizes(build(zipped=DIRECT_UPLOAD_LIMIT + 1))
