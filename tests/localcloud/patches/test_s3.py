"""Objects in S3: encryption, tags of multipart uploads and ranges of versions.

S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)"; S3 API Reference, "CreateMultipartUpload" and
"GetObject".
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow, unique_name


@pytest.fixture
def encrypted_bucket(aws: Aws) -> tuple[str, str]:
    """Return a bucket with default encryption by a KMS key, which holds "object", and the key's ARN."""
    name, s3 = unique_name("bucket"), aws.client("s3")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)
    s3.put_object(Bucket=name, Key="object", Body=b"secret")
    return name, key


def create_client(aws: Aws, encrypted_bucket: tuple[str, str], *actions: str) -> Any:
    """Return a client of a user who may read and write the bucket's objects, and perform `actions` with its key."""
    objects = allow("s3:GetObject", "s3:PutObject", on=f"arn:aws:s3:::{encrypted_bucket[0]}/*")
    return aws.client("s3", aws.create_user(objects, *(allow(action, on=encrypted_bucket[1]) for action in actions)))


def test_reading_encrypted_object_needs_decrypt(aws: Aws, encrypted_bucket: tuple[str, str]) -> None:
    """ "kms:Decrypt is required to download"."""
    with pytest.raises(ClientError, match="not authorized to perform: kms:Decrypt"):
        create_client(aws, encrypted_bucket).get_object(Bucket=encrypted_bucket[0], Key="object")
    client = create_client(aws, encrypted_bucket, "kms:Decrypt")
    response = client.get_object(Bucket=encrypted_bucket[0], Key="object")
    assert response["Body"].read() == b"secret"


def test_writing_encrypted_object_needs_generate_data_key(aws: Aws, encrypted_bucket: tuple[str, str]) -> None:
    """ "kms:GenerateDataKey is required to upload"."""
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey"):
        create_client(aws, encrypted_bucket, "kms:Decrypt").put_object(Bucket=encrypted_bucket[0], Key="new", Body=b"x")
    client = create_client(aws, encrypted_bucket, "kms:GenerateDataKey")
    assert client.put_object(Bucket=encrypted_bucket[0], Key="new", Body=b"x")


def test_multipart_upload_keeps_tags(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big", Tagging="Project=images&Empty=")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload=parts)
    tags = s3.get_object_tagging(Bucket=bucket, Key="big")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Project": "images", "Empty": ""}


def test_range_of_version_is_returned(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="model", Body=b"0123456789")
    s3.put_object(Bucket=bucket, Key="model", Body=b"another")
    first_version = {"Bucket": bucket, "Key": "model", "VersionId": first["VersionId"]}
    part = s3.get_object(**first_version, Range="bytes=2-4", IfMatch=first["ETag"])
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["ContentRange"] == "bytes 2-4/10"
    assert part["Body"].read() == b"234"
    assert s3.get_object(**first_version, Range="bytes=-3")["Body"].read() == b"789"
    assert s3.get_object(**first_version)["Body"].read() == b"0123456789"
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(**first_version, Range="bytes=10-")
