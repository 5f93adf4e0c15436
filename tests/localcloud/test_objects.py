"""Ranges of large objects, conditional reads and delete markers, which ministack emulates without a patch."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, unique_name

PART = 8 << 20


@pytest.fixture
def bucket(aws: Aws) -> str:
    """Return a bucket with versioning."""
    name, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_concurrent_ranges_return_large_object(aws: Aws, bucket: str) -> None:
    s3, body = aws.client("s3"), os.urandom(5 * PART + 17)
    etag = s3.put_object(Bucket=bucket, Key="model", Body=body)["ETag"]

    def read_range(start: int) -> bytes:
        end = min(start + PART, len(body)) - 1
        response = s3.get_object(Bucket=bucket, Key="model", Range=f"bytes={start}-{end}", IfMatch=etag)
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert response["ContentRange"] == f"bytes {start}-{end}/{len(body)}"
        return bytes(response["Body"].read())

    with ThreadPoolExecutor(4) as threads:
        assert b"".join(threads.map(read_range, range(0, len(body), PART))) == body


def test_range_of_replaced_object_fails_with_etag(aws: Aws, bucket: str) -> None:
    s3 = aws.client("s3")
    etag = s3.put_object(Bucket=bucket, Key="model", Body=b"first")["ETag"]
    s3.put_object(Bucket=bucket, Key="model", Body=b"second")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=bucket, Key="model", Range="bytes=0-1", IfMatch=etag)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_removed_delete_marker_restores_object(aws: Aws, bucket: str) -> None:
    """ "Removing a delete marker makes an object reappear" (Amazon S3 User Guide, "Managing delete markers")."""
    s3 = aws.client("s3")
    version = s3.put_object(Bucket=bucket, Key="model", Body=b"kept")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="model")["VersionId"]
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="model")
    listed = s3.list_object_versions(Bucket=bucket, Prefix="model")
    assert [(each["VersionId"], each["IsLatest"]) for each in listed["Versions"]] == [(version, False)]
    assert [(each["VersionId"], each["IsLatest"]) for each in listed["DeleteMarkers"]] == [(marker, True)]
    s3.delete_object(Bucket=bucket, Key="model", VersionId=marker)
    restored = s3.get_object(Bucket=bucket, Key="model")
    assert restored["Body"].read() == b"kept"
    assert restored["VersionId"] == version
