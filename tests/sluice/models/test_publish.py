"""A bundle is uploaded to a model bucket, and repaired if its objects are deleted or damaged."""

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
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - it receives boto3's calls
    return boto3.client("s3")


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name: str = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_")).strip("-")[-60:].strip("-")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def object_names(s3: Any, bucket: str) -> Iterator[str]:
    for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        yield entry["Key"].removeprefix(DIGITS.folder)


def overwrite(s3: Any, bucket: str, file: str, body: bytes | None = None) -> None:
    """Overwrite a file's object, with the file's bytes but for the last one, or with the given body."""
    content = (LITERT / file).read_bytes()
    s3.put_object(Bucket=bucket, Key=DIGITS.folder + file, Body=body or content[:-1] + bytes([content[-1] ^ 1]))


def delete_older_versions(s3: Any, bucket: str, file: str) -> None:
    """Delete the older versions of a file's object, as the bucket does after 90 days."""
    for entry in s3.list_object_versions(Bucket=bucket, Prefix=DIGITS.folder + file)["Versions"]:
        if not entry["IsLatest"]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def test_publish_uploads_a_folder_once(s3: Any, bucket: str) -> None:
    version, message = publish.publish_version(s3, bucket, str(LITERT), {})
    assert version == DIGITS
    assert message == f"{DIGITS} was uploaded to s3://{bucket} from {LITERT}."
    assert set(object_names(s3, bucket)) == {file.name for file in LITERT.iterdir()}
    for file in LITERT.iterdir():
        stored = s3.get_object(Bucket=bucket, Key=DIGITS.folder + file.name)
        assert stored["Body"].read() == file.read_bytes()
        assert (stored["ContentType"] == "application/json") == (file.suffix == ".json")
    assert (
        publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})[1]
        == f"{DIGITS} is already in s3://{bucket}."
    )


def test_publish_finds_local_bundles_by_hash(s3: Any, bucket: str) -> None:
    version, message = publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {DIGITS: LITERT})
    assert version == DIGITS
    assert "was uploaded" in message


def test_publish_restores_a_deleted_version(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    for file in object_names(s3, bucket):
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)  # creates a second delete marker
    assert not list(object_names(s3, bucket))
    _, message = publish.publish_version(s3, bucket, f"digits@{DIGITS.hash[:6]}", {})
    assert message == f"{DIGITS} had been deleted from s3://{bucket} and was restored."
    assert (
        s3.get_object(Bucket=bucket, Key=DIGITS.folder + "model.tflite")["Body"].read()
        == (LITERT / "model.tflite").read_bytes()
    )


@pytest.mark.parametrize("file", ["model.tflite", MANIFEST])
@pytest.mark.parametrize("content", [b"torn", None])
def test_publish_restores_an_overwritten_file(s3: Any, bucket: str, file: str, content: bytes | None) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, file, content)
    _, message = publish.publish_version(s3, bucket, str(DIGITS), {})
    assert message == (
        f"{DIGITS} was damaged in s3://{bucket} and was repaired: {file} from an older version of the object."
    )
    stored = s3.get_object(Bucket=bucket, Key=DIGITS.folder + file)
    assert stored["Body"].read() == (LITERT / file).read_bytes()
    assert (stored["ContentType"] == "application/json") == file.endswith(".json")
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_publish_uploads_files_without_older_version(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "labels.txt")
    for file in ("model.tflite", MANIFEST):
        overwrite(s3, bucket, file)
        delete_older_versions(s3, bucket, file)
    _, message = publish.publish_version(s3, bucket, str(LITERT), {})
    assert message == (
        f"{DIGITS} was damaged in s3://{bucket} and was repaired: labels.txt from an older version of the object; "
        f"model.tflite, {MANIFEST} from {LITERT}."
    )
    for path in LITERT.iterdir():
        assert s3.get_object(Bucket=bucket, Key=DIGITS.folder + path.name)["Body"].read() == path.read_bytes()


@pytest.mark.parametrize("file", ["model.tflite", MANIFEST])
def test_publish_names_files_that_are_lost(s3: Any, bucket: str, tmp_path: Path, file: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    other = Version("digits", write_variant(tmp_path / "bundle", labels=[f"a {digit}" for digit in range(10)]))
    publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    overwrite(s3, bucket, file)
    delete_older_versions(s3, bucket, file)
    with pytest.raises(VersionError) as error:
        publish.publish_version(s3, bucket, str(DIGITS), {})
    assert f"has it: s3://{bucket}/{DIGITS.folder}{file} is missing or does not have the pinned" in str(error.value)
    assert str(error.value).endswith(f"Other versions of digits:\n  {other}")


def test_publish_restores_files_deleted_after_overwriting(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "model.tflite")
    for file in list(object_names(s3, bucket)):
        s3.delete_object(Bucket=bucket, Key=DIGITS.folder + file)
    assert "was repaired: model.tflite from an older" in publish.publish_version(s3, bucket, str(DIGITS), {})[1]
    assert set(object_names(s3, bucket)) == {file.name for file in LITERT.iterdir()}


def test_publish_hashes_objects_without_sha256(s3: Any, bucket: str) -> None:
    """S3 has a hash of the parts of a large file that Terraform uploads, and none from tools that send none."""
    publish.publish_version(s3, bucket, str(LITERT), {})
    location = {"Bucket": bucket, "Key": DIGITS.folder + "model.tflite"}
    body = (LITERT / "model.tflite").read_bytes()
    upload = s3.create_multipart_upload(**location, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(**location, UploadId=upload, PartNumber=1, Body=body, ChecksumAlgorithm="SHA256")
    uploaded = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
    s3.complete_multipart_upload(**location, UploadId=upload, MultipartUpload={"Parts": [uploaded]})
    assert s3.head_object(**location, ChecksumMode="ENABLED")["ChecksumSHA256"].endswith("-1")
    s3.put_object(Bucket=bucket, Key=DIGITS.folder + "labels.txt", Body=(LITERT / "labels.txt").read_bytes())
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_publish_needs_only_documented_permissions(s3: Any, cloud: LocalCloud, bucket: str) -> None:
    """They are those that docs/models.md lists for publishing."""
    publish.publish_version(s3, bucket, str(LITERT), {})
    overwrite(s3, bucket, "labels.txt")
    s3.put_object_tagging(
        Bucket=bucket, Key=DIGITS.folder + "model.tflite", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    )
    overwrite(s3, bucket, "model.tflite")
    s3.delete_object(Bucket=bucket, Key=DIGITS.folder + MANIFEST)
    arn, aws = f"arn:aws:s3:::{bucket}", Aws(cloud)
    actions = ("GetObject", "GetObjectVersion", "PutObject", "DeleteObjectVersion")
    publisher = aws.create_user(
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketVersions"], "Resource": arn},
        {"Effect": "Allow", "Action": [f"s3:{action}" for action in actions], "Resource": f"{arn}/*"},
    )
    assert "was repaired" in publish.publish_version(aws.client("s3", publisher), bucket, str(DIGITS), {})[1]
    assert publish.publish_version(s3, bucket, str(DIGITS), {})[1] == f"{DIGITS} is already in s3://{bucket}."


def test_publish_uploads_the_manifest_last(s3: Any, bucket: str, tmp_path: Path) -> None:
    write_variant(tmp_path / "bundle")
    paths: list[str] = []
    s3.meta.events.register("before-call.s3.PutObject", lambda params, **_: paths.append(params["url_path"]))
    publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    assert [path.endswith("/manifest.json") for path in paths] == [False] * (len(paths) - 1) + [True]


def test_publish_missing_version_lists_known_ones(s3: Any, bucket: str) -> None:
    publish.publish_version(s3, bucket, str(LITERT), {})
    with pytest.raises(VersionError) as error:
        publish.publish_version(s3, bucket, str(ABSENT), {})
    assert str(error.value) == (
        f"{ABSENT} is neither in s3://{bucket} nor in a folder of models/. Known versions of digits:\n  {DIGITS}"
    )


def test_publish_refuses_a_damaged_folder(s3: Any, bucket: str, tmp_path: Path) -> None:
    write_variant(tmp_path / "bundle")
    (tmp_path / "bundle" / "labels.txt").write_text("zero\n")
    with pytest.raises(BundleError, match=r"labels\.txt does not match the SHA-256 in its manifest"):
        publish.publish_version(s3, bucket, str(tmp_path / "bundle"), {})
    assert not list(object_names(s3, bucket))
