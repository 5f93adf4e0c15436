"""The manifest says what Terraform needs, and Lambda's limits are met before it does."""

import json

import pytest

from build.package.artifact import Artifact
from build.package.error import PackageError
from build.package.manifest import DIRECT_UPLOAD_LIMIT, UNZIPPED_LIMIT, Build, check, manifest
from build.package.target import Target


def build(function: int = 100, layer: int = 1000, zipped: int = 10) -> Build:
    """One function and one layer of these sizes."""
    return Build(
        Target("3.13", "arm64"),
        {"worker": Artifact("worker.zip", "aa", zipped, function, None)},
        {"litert": Artifact("litert.zip", "bb", 20, layer, None)},
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
            "litert": {"file": "litert.zip", "sha256": "bb", "bytes": 20, "unzipped_bytes": 1000, "engine": "litert"}
        },
    }


def test_sizes_at_the_limit_pass() -> None:
    check(build(function=100, layer=UNZIPPED_LIMIT - 100, zipped=DIRECT_UPLOAD_LIMIT))


def test_one_byte_too_much_unzipped_is_refused() -> None:
    with pytest.raises(
        PackageError, match=r"Function worker and its layers have 262,144,001 bytes .* allows 262,144,000"
    ):
        check(build(function=101, layer=UNZIPPED_LIMIT - 100))


def test_one_byte_too_much_to_upload_is_refused() -> None:
    with pytest.raises(PackageError, match=r"worker\.zip has 52,428,801 bytes, .* may have 52,428,800"):
        check(build(zipped=DIRECT_UPLOAD_LIMIT + 1))
