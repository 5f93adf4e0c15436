"""What the project needs of S3 and ministack does right: ranges of large objects, versions, bringing back."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, unique_name

PART = 8 << 20


@pytest.fixture
def bucket(aws: Aws) -> str:
    """A versioned bucket."""
    name, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_a_large_object_is_read_in_ranges_at_once(aws: Aws, bucket: str) -> None:
    s3, body = aws.client("s3"), os.urandom(5 * PART + 17)
    mark = s3.put_object(Bucket=bucket, Key="model", Body=body)["ETag"]

    def part(start: int) -> bytes:
        end = min(start + PART, len(body)) - 1
        answer = s3.get_object(Bucket=bucket, Key="model", Range=f"bytes={start}-{end}", IfMatch=mark)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["ContentRange"] == f"bytes {start}-{end}/{len(body)}"
        return bytes(answer["Body"].read())

    with ThreadPoolExecutor(4) as threads:
        assert b"".join(threads.map(part, range(0, len(body), PART))) == body


def test_a_range_of_what_was_replaced_is_refused(aws: Aws, bucket: str) -> None:
    s3 = aws.client("s3")
    mark = s3.put_object(Bucket=bucket, Key="model", Body=b"first")["ETag"]
    s3.put_object(Bucket=bucket, Key="model", Body=b"second")
    with pytest.raises(ClientError) as refusal:
        s3.get_object(Bucket=bucket, Key="model", Range="bytes=0-1", IfMatch=mark)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_what_was_deleted_comes_back(aws: Aws, bucket: str) -> None:
    """ "Removing a delete marker makes an object reappear" (Amazon S3 User Guide, "Managing delete markers")."""
    s3 = aws.client("s3")
    kept = s3.put_object(Bucket=bucket, Key="model", Body=b"kept")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="model")["VersionId"]
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="model")
    listed = s3.list_object_versions(Bucket=bucket, Prefix="model")
    assert [(found["VersionId"], found["IsLatest"]) for found in listed["Versions"]] == [(kept, False)]
    assert [(found["VersionId"], found["IsLatest"]) for found in listed["DeleteMarkers"]] == [(marker, True)]
    s3.delete_object(Bucket=bucket, Key="model", VersionId=marker)
    found = s3.get_object(Bucket=bucket, Key="model")
    assert (found["Body"].read(), found["VersionId"]) == (b"kept", kept)
