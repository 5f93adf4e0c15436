"""A bundle comes into a bucket, whole and as it is, or back into it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from build import bundle
from build.bundle import BundleError
from ops import publish
from ops.cloud import LocalCloud
from ops.versions import Version, VersionError
from tests.variants import LITERT, variant

DIGITS = Version("digits", bundle.digest(LITERT))
ABSENT = Version("digits", "0123456789abcdef" * 4)


@pytest.fixture
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - what boto3 speaks to
    return boto3.client("s3")


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name: str = request.node.name.replace("_", "-").removeprefix("test-")[:60]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def objects(s3: Any, bucket: str) -> Iterator[str]:
    for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        yield entry["Key"].removeprefix(DIGITS.folder)


def test_a_folder_is_uploaded_and_then_there_already(s3: Any, bucket: str) -> None:
    version, said = publish.publish(s3, bucket, str(LITERT), {})
    assert (version, said) == (DIGITS, f"{DIGITS} was uploaded to s3://{bucket} from {LITERT}.")
    assert set(objects(s3, bucket)) == {file.name for file in LITERT.iterdir()}
    for file in LITERT.iterdir():
        stored = s3.get_object(Bucket=bucket, Key=DIGITS.folder + file.name)
        assert stored["Body"].read() == file.read_bytes()
        assert (stored["ContentType"] == "application/json") == (file.suffix == ".json")
    assert publish.publish(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})[1] == f"{DIGITS} lies in s3://{bucket} already."


def test_a_bundle_of_this_machine_is_found_by_its_hash(s3: Any, bucket: str) -> None:
    version, said = publish.publish(s3, bucket, f"digits@{DIGITS.hash[:6]}", {DIGITS: LITERT})
    assert (version, "was uploaded" in said) == (DIGITS, True)


def test_a_deleted_version_is_brought_back(s3: Any, bucket: str) -> None:
    publish.publish(s3, bucket, str(LITERT), {})
    for file in objects(s3, bucket):
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)  # twice: then two markers hide it
    assert not list(objects(s3, bucket))
    _, said = publish.publish(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})
    assert said == f"{DIGITS} had been deleted from s3://{bucket} and is back."
    assert (
        s3.get_object(Bucket=bucket, Key=DIGITS.folder + "model.tflite")["Body"].read()
        == (LITERT / "model.tflite").read_bytes()
    )


def test_half_a_bundle_is_not_taken_for_one(s3: Any, bucket: str) -> None:
    publish.publish(s3, bucket, str(LITERT), {})
    s3.put_object(Bucket=bucket, Key=DIGITS.folder + "model.tflite", Body=b"torn")
    assert "was uploaded" in publish.publish(s3, bucket, str(LITERT), {})[1]
    assert s3.head_object(Bucket=bucket, Key=DIGITS.folder + "model.tflite")["ContentLength"] > 4


def test_the_manifest_comes_last(s3: Any, bucket: str, tmp_path: Path) -> None:
    variant(tmp_path / "bundle")
    told: list[str] = []
    s3.meta.events.register("before-call.s3.PutObject", lambda params, **_: told.append(params["url_path"]))
    publish.publish(s3, bucket, str(tmp_path / "bundle"), {})
    assert [path.endswith("/manifest.json") for path in told] == [False] * (len(told) - 1) + [True]


def test_a_version_that_is_nowhere_lists_those_that_there_are(s3: Any, bucket: str) -> None:
    publish.publish(s3, bucket, str(LITERT), {})
    with pytest.raises(VersionError) as refused:
        publish.publish(s3, bucket, str(ABSENT), {})
    assert str(refused.value) == (
        f"{ABSENT} is neither in s3://{bucket} nor in a folder of models/. Of that name there are:\n  {DIGITS}"
    )


def test_a_spoilt_folder_is_not_published(s3: Any, bucket: str, tmp_path: Path) -> None:
    variant(tmp_path / "bundle")
    (tmp_path / "bundle" / "labels.txt").write_text("zero\n")
    with pytest.raises(BundleError, match=r"labels\.txt is not the file that its manifest pins"):
        publish.publish(s3, bucket, str(tmp_path / "bundle"), {})
    assert not list(objects(s3, bucket))
