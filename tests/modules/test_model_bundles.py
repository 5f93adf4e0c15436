"""modules/model_bundles: uploads bundles under their hash and reads manifests of published versions."""

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
OTHER_HASH = "0123456789abcdef" * 4
BUCKET = "model-bundles"


def reader(name: str) -> dict[str, Any]:
    objects = f"arn:aws:s3:::{BUCKET}/{name}/*"
    return {
        "address": f"s3://{BUCKET}/{name}",
        "permissions": [{"actions": ["s3:GetObject"], "resources": [objects]}],
    }


@pytest.fixture(scope="module")
def bundles(module: Callable[..., Root]) -> Root:
    return module(
        "model_bundles",
        bucket=BUCKET,
        bucket_name=BUCKET,
        readers={name: reader(name) for name in ("digits", "pets")},
        bundles=[str(BUNDLE)],
        versions=[f"digits@{HASH}"],
    )


@pytest.fixture(scope="module")
def planned(bundles: Root) -> dict[str, dict[str, Any]]:
    return bundles.plan().resources


@pytest.fixture(scope="module")
def empty_bucket(bundles: Root) -> str:  # noqa: ARG001 - starts the local cloud
    """Create the bucket as it is after an apply, but empty, and return its name."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    return BUCKET


def put_manifest(version: str, manifest: bytes, **settings: Any) -> None:
    key = version.replace("@", "/") + "/manifest.json"
    s3 = boto3.client("s3")
    s3.put_object(Bucket=BUCKET, Key=key, Body=manifest, ContentType="application/json", **settings)


def test_bundle_files_are_under_the_manifest_hash(planned: dict[str, dict[str, Any]]) -> None:
    objects = [values for address, values in planned.items() if address.startswith("aws_s3_object.")]
    assert {values["key"] for values in objects} == {f"digits/{HASH}/{file.name}" for file in BUNDLE.iterdir()}
    types = {values["key"].rsplit("/")[-1]: values["content_type"] for values in objects}
    assert types["manifest.json"] == "application/json"  # otherwise Terraform could not read it


def test_reader_pins_the_version(bundles: Root) -> None:
    readers = bundles.plan().outputs["reader"]
    assert readers[f"digits@{HASH}"]["address"] == f"s3://{BUCKET}/digits/{HASH}"
    assert readers[f"digits@{HASH}"]["permissions"] == reader("digits")["permissions"]


def test_bundles_with_one_name_are_kept_together(bundles: Root, tmp_path: Path) -> None:
    other = write_variant(tmp_path / "other", engine="tensorflow", tensors={"input": "x", "output": "y"})
    versions = [f"digits@{HASH}", f"digits@{other}"]
    plan = bundles.plan(bundles=[str(BUNDLE), str(tmp_path / "other")], versions=versions)
    hashes = {name: sorted(found) for name, found in plan.outputs["hashes"].items()}
    assert hashes == {"digits": sorted([HASH, other])}
    assert plan.outputs["engines"] == dict(zip(versions, ["litert", "tensorflow"], strict=True))


def test_missing_version_names_the_publish_command(bundles: Root, empty_bucket: str) -> None:
    error = bundles.plan_error(versions=[f"pets@{OTHER_HASH}"])
    assert f"pets@{OTHER_HASH} is neither in a folder of bundles nor in the bucket {empty_bucket}" in error
    assert f"make publish ENV=... MODEL=pets@{OTHER_HASH}" in error


def test_published_version_has_engine_and_size(bundles: Root, empty_bucket: str) -> None:
    assert empty_bucket
    files = {
        "model.pb": {"bytes": 95_000_000, "sha256": OTHER_HASH},
        "labels.txt": {"bytes": 10, "sha256": OTHER_HASH},
    }
    content = {"format": 1, "name": "pets", "engine": "tensorflow", "model": "model.pb", "files": files}
    manifest = bundle.encode_manifest(content)
    version = f"pets@{hashlib.sha256(manifest).hexdigest()}"
    put_manifest(version, manifest)
    plan = bundles.plan(versions=[version])
    assert plan.outputs["engines"] == {version: "tensorflow"}
    assert plan.outputs["bytes"] == {version: 95_000_000}
    assert plan.outputs["hashes"] == {"digits": [HASH]}


def test_manifest_with_wrong_hash_is_rejected(bundles: Root, empty_bucket: str) -> None:
    put_manifest(f"pets@{OTHER_HASH}", b'{"engine": "litert"}')
    error = bundles.plan_error(versions=[f"pets@{OTHER_HASH}"])
    assert f"The hash of s3://{empty_bucket}/pets/{OTHER_HASH}/manifest.json is not that of pets@{OTHER_HASH}" in error


def test_deployed_version_cannot_be_deleted(bundles: Root, empty_bucket: str) -> None:
    assert empty_bucket
    manifest = (BUNDLE / "manifest.json").read_bytes()
    put_manifest(f"digits@{HASH}", manifest, Metadata={"managed-by": "terraform"})
    error = bundles.plan_error(bundles=[])
    assert f"digits@{HASH} is in use, but this plan would delete it" in error
    assert "because its folder is no longer in bundles" in error


def test_file_with_wrong_hash_is_not_uploaded(bundles: Root, tmp_path: Path) -> None:
    changed = tmp_path / "bundle"
    shutil.copytree(BUNDLE, changed)
    (changed / "labels.txt").write_text("zero\n")
    assert "labels.txt does not match its hash in manifest.json" in bundles.plan_error(bundles=[str(changed)])


def test_invalid_bundle_variables_fail_the_plan(bundles: Root, tmp_path: Path) -> None:
    error = bundles.plan_error(bundles=[str(BUNDLE), str(tmp_path)])
    assert f"Not a model bundle, because it has no manifest.json: {tmp_path}. Create one with `make model`." in error
    assert "Every entry of versions must be name@hash" in bundles.plan_error(versions=["digits@abc"])
