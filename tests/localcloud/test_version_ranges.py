"""Ranges of an object's version: Amazon S3 API Reference, GetObject."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, unique_name


def test_a_range_of_a_version_is_answered(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="model", Body=b"0123456789")
    s3.put_object(Bucket=bucket, Key="model", Body=b"another")
    named = {"Bucket": bucket, "Key": "model", "VersionId": first["VersionId"]}
    part = s3.get_object(**named, Range="bytes=2-4", IfMatch=first["ETag"])
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert (part["ContentRange"], part["Body"].read()) == ("bytes 2-4/10", b"234")
    assert s3.get_object(**named, Range="bytes=-3")["Body"].read() == b"789"
    assert s3.get_object(**named)["Body"].read() == b"0123456789"
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(**named, Range="bytes=10-")
