"""The manifest says what Terraform needs, and Lambda's limits are met before it does."""

import json

import pytest

from build.package.artifact import Artifact
from build.package.error import PackageError
from build.package.manifest import DIRECT_UPLOAD_LIMIT, UNZIPPED_LIMIT, Build, check, manifest
from build.package.target import Target


def build(function: int = 100, layer: int = 1000, zipped: int = 10, layer_zipped: int = 20) -> Build:
    """One function and one layer of these sizes."""
    return Build(
        Target("3.13", "arm64"),
        {"worker": Artifact("worker.zip", "aa", zipped, function, None)},
        {"litert": Artifact("litert.zip", "bb", layer_zipped, layer, None, compiled=True)},
        {"litert": "litert"},
    )


def test_manifest() -> None:
    assert json.loads(manifest(build())) == {
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


def test_sizes_at_the_limit_pass() -> None:
    check(build(function=100, layer=UNZIPPED_LIMIT - 100, zipped=DIRECT_UPLOAD_LIMIT))


def test_one_byte_too_much_unzipped_is_refused() -> None:
    with pytest.raises(
        PackageError, match=r"Function worker and its layers have 262,144,001 bytes .* allows 262,144,000"
    ):
        check(build(function=101, layer=UNZIPPED_LIMIT - 100))


def test_every_layer_counts() -> None:
    one = build(function=100, layer=UNZIPPED_LIMIT - 100)
    two = Build(one.target, one.functions, {**one.layers, "more": Artifact("more.zip", "cc", 1, 1, None)}, one.engines)
    with pytest.raises(PackageError, match=r"have 262,144,001 bytes unzipped \(100 and 262,143,901\)"):
        check(two)


def test_a_layer_may_be_larger_since_it_goes_through_s3() -> None:
    check(build(layer_zipped=DIRECT_UPLOAD_LIMIT + 1))


def test_one_byte_too_much_to_upload_is_refused() -> None:
    with pytest.raises(PackageError, match=r"worker\.zip has 52,428,801 bytes, .* may have 52,428,800"):
        check(build(zipped=DIRECT_UPLOAD_LIMIT + 1))
