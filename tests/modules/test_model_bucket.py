"""modules/model_bucket: a bucket in which every object's address pins its content."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from build import bundle
from tests.harness import PROJECT, Root

BUNDLE = PROJECT / "models" / "digits" / "bundle"


@pytest.fixture(scope="module")
def bucket(module: Callable[..., Root]) -> Root:
    return module("model_bucket", name="models", bundle=str(BUNDLE))


@pytest.fixture(scope="module")
def planned(bucket: Root) -> dict[str, dict[str, Any]]:
    return bucket.plan().resources


def test_every_file_of_the_bundle_lies_under_the_hash_of_its_manifest(planned: dict[str, dict[str, Any]]) -> None:
    keys = {values["key"] for address, values in planned.items() if address.startswith("aws_s3_object")}
    assert keys == {f"digits/{bundle.digest(BUNDLE)}/{file.name}" for file in BUNDLE.iterdir()}


def test_it_is_a_bucket_whose_models_stay(planned: dict[str, dict[str, Any]]) -> None:
    assert planned.keys() >= {f"module.bucket.aws_s3_bucket_{kept}.this" for kept in ("versioning", "policy")}
    assert planned["module.bucket.aws_s3_bucket.this"]["force_destroy"] is False
    (rule,) = planned["module.bucket.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    assert (rule["noncurrent_version_expiration"][0]["noncurrent_days"], rule["expiration"]) == (90, [])


def test_a_file_that_is_not_what_the_manifest_says_is_not_uploaded(bucket: Root, tmp_path: Path) -> None:
    spoilt = tmp_path / "bundle"
    shutil.copytree(BUNDLE, spoilt)
    (spoilt / "labels.txt").write_text("zero\n")
    assert "labels.txt is not the file that manifest.json describes" in bucket.refusal(bundle=str(spoilt))


def test_what_cannot_be_is_said_at_plan(bucket: Root, tmp_path: Path) -> None:
    assert "holds no manifest.json, so it is no model bundle" in bucket.refusal(bundle=str(tmp_path))
    assert 'The bucket\'s name "Models" must have' in bucket.refusal(name="Models")
