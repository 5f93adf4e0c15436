"""modules/model_bucket: a bucket in which every object's address pins its content."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from build import bundle
from tests.support.bundle_variants import LITERT as BUNDLE
from tests.support.bundle_variants import write_variant
from tests.support.terraform_root import Root

HASH = bundle.digest(BUNDLE)
ELSEWHERE = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def bucket(module: Callable[..., Root]) -> Root:
    return module("model_bucket", name="models", bundles=[str(BUNDLE)], versions=[f"digits@{HASH}"])


@pytest.fixture(scope="module")
def planned(bucket: Root) -> dict[str, dict[str, Any]]:
    return bucket.plan().resources


@pytest.fixture(scope="module")
def there(bucket: Root) -> str:  # noqa: ARG001 - the cloud runs for it
    """The bucket as it is after an apply, without anything in it; its name."""
    s3 = boto3.client("s3")
    name = f"models-{boto3.client('sts').get_caller_identity()['Account']}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    return name


def put(bucket: str, version: str, manifest: bytes, **more: Any) -> None:
    key = version.replace("@", "/") + "/manifest.json"
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=manifest, ContentType="application/json", **more)


def test_every_file_of_a_bundle_lies_under_the_hash_of_its_manifest(planned: dict[str, dict[str, Any]]) -> None:
    objects = [values for address, values in planned.items() if address.startswith("aws_s3_object.")]
    assert {values["key"] for values in objects} == {f"digits/{HASH}/{file.name}" for file in BUNDLE.iterdir()}
    types = {values["key"].rsplit("/")[-1]: values["content_type"] for values in objects}
    assert types["manifest.json"] == "application/json"  # or Terraform could not read it back


def test_it_is_a_bucket_whose_models_stay(planned: dict[str, dict[str, Any]]) -> None:
    private = "module.bucket.module.private"
    assert planned.keys() >= {f"{private}.aws_s3_bucket_{kept}.this" for kept in ("versioning", "policy")}
    assert planned[f"{private}.aws_s3_bucket.this"]["force_destroy"] is False
    _, rule = planned[f"{private}.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    assert (rule["noncurrent_version_expiration"][0]["noncurrent_days"], rule["expiration"]) == (90, [])


def test_bundles_of_one_name_are_kept_beside_each_other(bucket: Root, tmp_path: Path) -> None:
    other = write_variant(tmp_path / "other", engine="tensorflow", tensors={"input": "x", "output": "y"})
    versions = [f"digits@{HASH}", f"digits@{other}"]
    plan = bucket.plan(bundles=[str(BUNDLE), str(tmp_path / "other")], versions=versions)
    assert {name: sorted(hashes) for name, hashes in plan.outputs["kept"].items()} == {"digits": sorted([HASH, other])}
    assert plan.outputs["engines"] == dict(zip(versions, ["litert", "tensorflow"], strict=True))


def test_a_version_that_is_nowhere_is_told_with_the_cure(bucket: Root, there: str) -> None:
    refusal = bucket.refusal(versions=[f"pets@{ELSEWHERE}"])
    assert f"pets@{ELSEWHERE} is neither in a folder of bundles nor in the bucket {there}" in refusal
    assert f"make publish ENV=... MODEL=pets@{ELSEWHERE}" in refusal


def test_a_published_version_tells_its_engine_and_size_from_the_bucket(bucket: Root, there: str) -> None:
    files = {"model.pb": {"bytes": 95_000_000, "sha256": ELSEWHERE}, "labels.txt": {"bytes": 10, "sha256": ELSEWHERE}}
    about = {"format": 1, "name": "pets", "engine": "tensorflow", "model": "model.pb", "files": files}
    manifest = bundle.encode_manifest(about)
    version = f"pets@{hashlib.sha256(manifest).hexdigest()}"
    put(there, version, manifest)
    plan = bucket.plan(versions=[version])
    assert plan.outputs["engines"] == {version: "tensorflow"}
    assert plan.outputs["bytes"] == {version: 95_000_000}
    assert plan.outputs["kept"] == {"digits": [HASH]}


def test_a_manifest_that_has_another_hash_than_its_address_is_refused(bucket: Root, there: str) -> None:
    put(there, f"pets@{ELSEWHERE}", b'{"engine": "litert"}')
    refusal = bucket.refusal(versions=[f"pets@{ELSEWHERE}"])
    assert f"{there}/pets/{ELSEWHERE}/manifest.json is not the manifest of pets@{ELSEWHERE}" in refusal


def test_a_served_version_is_not_deleted_with_its_folder(bucket: Root, there: str) -> None:
    put(there, f"digits@{HASH}", (BUNDLE / "manifest.json").read_bytes(), Metadata={"keeper": "terraform"})
    refusal = bucket.refusal(bundles=[])
    assert f"digits@{HASH} is used, but this plan would delete it, since its folder is no longer in bundles" in refusal


def test_a_file_that_is_not_what_the_manifest_says_is_not_uploaded(bucket: Root, tmp_path: Path) -> None:
    spoilt = tmp_path / "bundle"
    shutil.copytree(BUNDLE, spoilt)
    (spoilt / "labels.txt").write_text("zero\n")
    assert "labels.txt is not the file that manifest.json describes" in bucket.refusal(bundles=[str(spoilt)])


def test_what_cannot_be_is_said_at_plan(bucket: Root, tmp_path: Path) -> None:
    refusal = bucket.refusal(bundles=[str(BUNDLE), str(tmp_path)])
    assert f"No model bundle, as it holds no manifest.json: {tmp_path}. `make model` makes one." in refusal
    refusal = bucket.refusal(name="Models", versions=["digits@abc"])
    assert 'The bucket\'s name "Models" must have' in refusal
    assert "Every entry of versions must be name@hash" in refusal
