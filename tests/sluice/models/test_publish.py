"""A bundle comes into a bucket, whole and as it is, or back into it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from build import bundle
from build.bundle import MANIFEST, BundleError
from localcloud import LocalCloud
from sluice.models import publish
from sluice.models.versions import Version, VersionError
from tests.support.bundle_variants import LITERT, write_variant
from tests.support.localcloud.aws import Aws

DIGITS = Version("digits", bundle.digest(LITERT))
ABSENT = Version("digits", "0123456789abcdef" * 4)


@pytest.fixture
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - what boto3 speaks to
    return boto3.client("s3")


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name: str = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_")).strip("-")[-60:].strip("-")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def objects(s3: Any, bucket: str) -> Iterator[str]:
    for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        yield entry["Key"].removeprefix(DIGITS.folder)


def overwrite(s3: Any, bucket: str, file: str, body: bytes | None = None) -> None:
    """Put other bytes at a file's address, of the same length unless they are given."""
    right = (LITERT / file).read_bytes()
    s3.put_object(Bucket=bucket, Key=DIGITS.folder + file, Body=body or right[:-1] + bytes([right[-1] ^ 1]))


def forget(s3: Any, bucket: str, file: str) -> None:
    """Delete a file's older versions, as the bucket does after 90 days."""
    for entry in s3.list_object_versions(Bucket=bucket, Prefix=DIGITS.folder + file)["Versions"]:
        if not entry["IsLatest"]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def test_a_folder_is_uploaded_and_then_there_already(s3: Any, bucket: str) -> None:
    version, said = publish.publish_version(s3, bucket, str(LITERT), {})
    assert (version, said) == (DIGITS, f"{DIGITS} was uploaded to s3://{bucket} from {LITERT}.")
    assert set(objects(s3, bucket)) == {file.name for file in LITERT.iterdir()}
    for file in LITERT.iterdir():
        stored = s3.get_object(Bucket=bucket, Key=DIGITS.folder + file.name)
        assert stored["Body"].read() == file.read_bytes()
        assert (stored["ContentType"] == "application/json") == (file.suffix == ".json")
    assert (
        publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})[1]
        == f"{DIGITS} is already in s3://{bucket}."
    )


def test_a_bundle_of_this_machine_is_found_by_its_hash(s3: Any, bucket: str) -> None:
    version, said = publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {DIGITS: LITERT})
    assert (version, "was uploaded" in said) == (DIGITS, True)


def test_a_deleted_version_is_brought_back(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    for file in objects(s3, bucket):
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)  # twice: then two markers hide it
    assert not list(objects(s3, bucket))
    _, said = publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})
    assert said == f"{DIGITS} had been deleted from s3://{bucket} and was restored."
    assert (
        s3.get_object(Bucket=bucket, Key=DIGITS.folder + "model.tflite")["Body"].read()
        == (LITERT / "model.tflite").read_bytes()
    )


@pytest.mark.parametrize("file", ["model.tflite", MANIFEST])
@pytest.mark.parametrize("spoilt", [b"torn", None])
def test_an_overwritten_file_is_found_and_brought_back(s3: Any, bucket: str, file: str, spoilt: bytes | None) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, file, spoilt)
    _, said = publish.publish_version(s3, bucket, str(DIGITS), {})
    assert said == (
        f"{DIGITS} was damaged in s3://{bucket} and was repaired: {file} from an older version of the object."
    )
    stored = s3.get_object(Bucket=bucket, Key=DIGITS.folder + file)
    assert stored["Body"].read() == (LITERT / file).read_bytes()
    assert (stored["ContentType"] == "application/json") == file.endswith(".json")
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_what_no_older_version_has_comes_from_the_folder(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "labels.txt")
    for file in ("model.tflite", MANIFEST):
        overwrite(s3, bucket, file)
        forget(s3, bucket, file)
    _, said = publish.publish_version(s3, bucket, str(LITERT), {})
    assert said == (
        f"{DIGITS} was damaged in s3://{bucket} and was repaired: labels.txt from an older version of the object; "
        f"model.tflite, {MANIFEST} from {LITERT}."
    )
    for path in LITERT.iterdir():
        assert s3.get_object(Bucket=bucket, Key=DIGITS.folder + path.name)["Body"].read() == path.read_bytes()


@pytest.mark.parametrize("file", ["model.tflite", MANIFEST])
def test_what_nobody_has_any_more_is_named(s3: Any, bucket: str, tmp_path: Path, file: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    other = Version("digits", write_variant(tmp_path / "bundle", labels=[f"a {digit}" for digit in range(10)]))
    publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    overwrite(s3, bucket, file)
    forget(s3, bucket, file)
    with pytest.raises(VersionError) as refused:
        publish.publish_version(s3, bucket, str(DIGITS), {})
    assert f"has it: s3://{bucket}/{DIGITS.folder}{file} is missing or does not have the pinned" in str(refused.value)
    assert str(refused.value).endswith(f"Other versions of digits:\n  {other}")


def test_what_was_deleted_and_overwritten_is_brought_back(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "model.tflite")
    for file in list(objects(s3, bucket)):
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)
    assert "was repaired: model.tflite from an older" in publish.publish_version(s3, bucket, str(DIGITS), {})[1]
    assert set(objects(s3, bucket)) == {file.name for file in LITERT.iterdir()}


def test_files_without_a_hash_of_the_whole_are_read(s3: Any, bucket: str) -> None:
    """Large files that Terraform uploads come in parts, and S3 hashes the parts; other tools leave no SHA-256."""
    publish.publish_version(s3, bucket, str(LITERT), {})
    where = {"Bucket": bucket, "Key": DIGITS.folder + "model.tflite"}
    body = (LITERT / "model.tflite").read_bytes()
    upload = s3.create_multipart_upload(**where, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=body, ChecksumAlgorithm="SHA256")
    told = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": [told]})
    assert s3.head_object(**where, ChecksumMode="ENABLED")["ChecksumSHA256"].endswith("-1")
    s3.put_object(Bucket=bucket, Key=DIGITS.folder + "labels.txt", Body=(LITERT / "labels.txt").read_bytes())
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_who_may_only_publish_mends_too(s3: Any, cloud: LocalCloud, bucket: str) -> None:
    """With the permissions that docs/models.md names."""
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "labels.txt")
    s3.put_object_tagging(
        Bucket=bucket, Key=DIGITS.folder + "model.tflite", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    )
    overwrite(s3, bucket, "model.tflite")
    s3.delete_object(Bucket=bucket, Key=DIGITS.folder + MANIFEST)
    arn, aws = f"arn:aws:s3:::{bucket}", Aws(cloud)
    named = ("GetObject", "GetObjectVersion", "PutObject", "DeleteObjectVersion")
    publisher = aws.create_user(
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketVersions"], "Resource": arn},
        {"Effect": "Allow", "Action": [f"s3:{action}" for action in named], "Resource": f"{arn}/*"},
    )
    assert "was repaired" in publish.publish_version(aws.client("s3", publisher), bucket, str(DIGITS), {})[1]
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_the_manifest_comes_last(s3: Any, bucket: str, tmp_path: Path) -> None:
    write_variant(tmp_path / "bundle")
    told: list[str] = []
    s3.meta.events.register("before-call.s3.PutObject", lambda params, **_: told.append(params["url_path"]))
    publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    assert [path.endswith("/manifest.json") for path in told] == [False] * (len(told) - 1) + [True]


def test_a_version_that_is_nowhere_lists_those_that_there_are(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    with pytest.raises(VersionError) as refused:
        publish.publish_version(s3, bucket, str(ABSENT), {})
    assert str(refused.value) == (
        f"{ABSENT} is neither in s3://{bucket} nor in a folder of models/. Known versions of digits:\n  {DIGITS}"
    )


def test_a_spoilt_folder_is_not_published(s3: Any, bucket: str, tmp_path: Path) -> None:
    write_variant(tmp_path / "bundle")
    (tmp_path / "bundle" / "labels.txt").write_text("zero\n")
    with pytest.raises(BundleError, match=r"labels\.txt does not match the SHA-256 in its manifest"):
        publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    assert not list(objects(s3, bucket))
