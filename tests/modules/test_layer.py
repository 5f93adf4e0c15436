"""modules/layer: uploads a small zip directly and a large one through a bucket."""

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


def test_small_zip_is_uploaded_directly(layer: Root, artifact: dict[str, Any]) -> None:
    (planned,) = layer.plan(bucket="models").resources.values()
    assert planned["filename"] == artifact["path"]
    assert planned["s3_bucket"] is None
    assert planned["s3_key"] is None


def test_large_zip_is_in_the_bucket_under_its_hash(layer: Root, artifact: dict[str, Any]) -> None:
    planned = layer.plan(bucket="models", artifact=artifact | {"bytes": LIMIT + 1}).resources
    archive, version = planned['aws_s3_object.zip["tensorflow"]'], planned["aws_lambda_layer_version.this"]
    assert archive["source"] == artifact["path"]
    assert archive["key"] == f"_layers/tensorflow/{artifact['sha256']}.zip"
    assert version["filename"] is None
    assert version["s3_bucket"] == "models"
    assert version["s3_key"] == archive["key"]


def test_invalid_layer_variables_fail_the_plan(layer: Root, artifact: dict[str, Any]) -> None:
    error = layer.plan_error(artifact=artifact | {"bytes": LIMIT + 1})
    assert "has 52428801 bytes, but a direct upload to Lambda can have at most 52,428,800: set bucket" in error
    assert 'Invalid layer name "has space": use 1 to 64 letters' in layer.plan_error(name="has space")
    error = layer.plan_error(artifact=None)
    assert "The build has no zip for the layer tensorflow: run `make build`, which builds every layer." in error
