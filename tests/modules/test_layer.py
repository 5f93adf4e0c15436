"""modules/layer: straight to Lambda while that takes it, through a bucket when it is too large."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

LIMIT = 52_428_800


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("zip") / "tensorflow.zip"
    path.write_bytes(b"as large as the manifest says")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"path": str(path), "sha256": sha256, "bytes": LIMIT, "runtime": "python3.13", "architecture": "x86_64"}


@pytest.fixture(scope="module")
def layer(module: Callable[..., Root], artifact: dict[str, Any]) -> Root:
    return module("layer", name="tensorflow", artifact=artifact)


def test_a_small_zip_goes_straight_to_lambda(layer: Root, artifact: dict[str, Any]) -> None:
    (planned,) = layer.plan(bucket="models").resources.values()
    assert (planned["filename"], planned["s3_bucket"], planned["s3_key"]) == (artifact["path"], None, None)


def test_a_large_one_lies_in_the_bucket_under_its_hash(layer: Root, artifact: dict[str, Any]) -> None:
    planned = layer.plan(bucket="models", artifact=artifact | {"bytes": LIMIT + 1}).resources
    zipped, version = planned['aws_s3_object.zip["tensorflow"]'], planned["aws_lambda_layer_version.this"]
    assert zipped["source"] == artifact["path"]
    assert zipped["key"] == f"_layers/tensorflow/{artifact['sha256']}.zip"
    assert (version["filename"], version["s3_bucket"], version["s3_key"]) == (None, "models", zipped["key"])


def test_what_cannot_be_is_said_at_plan(layer: Root, artifact: dict[str, Any]) -> None:
    refusal = layer.refusal(artifact=artifact | {"bytes": LIMIT + 1})
    assert "has 52428801 bytes, and Lambda takes 52,428,800 directly: name a bucket for it" in refusal
    refusal = layer.refusal(artifact=None)
    assert "The build has no zip for the layer tensorflow: `make build` makes every layer." in refusal
