"""S3 uses a KMS key in the caller's name: "Using server-side encryption with AWS KMS keys (SSE-KMS)"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow, unique_name


@pytest.fixture
def bucket(aws: Aws) -> tuple[str, str]:
    """A bucket encrypted with a key by default, holding 'object'; and the key's ARN."""
    name, s3 = unique_name("bucket"), aws.client("s3")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)
    s3.put_object(Bucket=name, Key="object", Body=b"secret")
    return name, key


def _client(aws: Aws, bucket: tuple[str, str], *actions: str) -> Any:
    """S3 for a user who may read and write the bucket's objects and do `actions` with its key."""
    objects = allow("s3:GetObject", "s3:PutObject", on=f"arn:aws:s3:::{bucket[0]}/*")
    return aws.client("s3", aws.create_user(objects, *(allow(action, on=bucket[1]) for action in actions)))


def test_reading_needs_decrypt(aws: Aws, bucket: tuple[str, str]) -> None:
    """ "kms:Decrypt is required to download"."""
    with pytest.raises(ClientError, match="not authorized to perform: kms:Decrypt"):
        _client(aws, bucket).get_object(Bucket=bucket[0], Key="object")
    answer = _client(aws, bucket, "kms:Decrypt").get_object(Bucket=bucket[0], Key="object")
    assert answer["Body"].read() == b"secret"


def test_writing_needs_a_data_key(aws: Aws, bucket: tuple[str, str]) -> None:
    """ "kms:GenerateDataKey is required to upload"."""
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey"):
        _client(aws, bucket, "kms:Decrypt").put_object(Bucket=bucket[0], Key="new", Body=b"x")
    assert _client(aws, bucket, "kms:GenerateDataKey").put_object(Bucket=bucket[0], Key="new", Body=b"x")
