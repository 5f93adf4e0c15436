"""Callers are authenticated and identified: IAM User Guide, "AWS Signature Version 4 for API requests" and "AWS global
condition context keys"."""

import ssl
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ACCOUNT, NO_RETRY, Aws, Keys, allow, policy_document, unique_name


def test_wrong_secret_is_rejected(aws: Aws) -> None:
    access_key = aws.cloud.environment()["AWS_ACCESS_KEY_ID"]
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        aws.client("sqs", Keys(access_key, "wrong")).list_queues()


@pytest.mark.parametrize("key", ["test", "123456789012", "AKIAUNKNOWN000000000"])
@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_unknown_key_is_rejected(aws: Aws, key: str, service: str) -> None:
    client = aws.client(service, Keys(key, "test"))
    with pytest.raises(ClientError, match=r"Unrecognized|InvalidAccessKeyId|InvalidClientTokenId"):
        client.list_queues() if service == "sqs" else client.list_buckets()


@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_unsigned_request_is_rejected(aws: Aws, service: str) -> None:
    variables = aws.cloud.environment()
    client = boto3.Session(region_name=aws.region).client(
        service, endpoint_url=aws.cloud.endpoint, verify=variables["AWS_CA_BUNDLE"],
        config=NO_RETRY.merge(Config(signature_version=UNSIGNED)),
    )  # fmt: skip
    with pytest.raises(ClientError):
        client.list_queues() if service == "sqs" else client.list_buckets()


def test_presigned_url_serves_only_its_object(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    s3.put_object(Bucket=bucket, Key="two", Body=b"2")
    signed = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "one"})
    context = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    with urllib.request.urlopen(signed, context=context) as response:
        assert response.read() == b"1"
    for forged in (signed.replace("/one?", "/two?"), signed.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError, match="403") as error:
            urllib.request.urlopen(forged, context=context)
        error.value.close()


def test_resource_policy_denies_administrator(aws: Aws) -> None:
    """ "An explicit deny in any policy overrides any allows"; this includes the operator of the local cloud."""
    queue = aws.create_queue()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": aws.queue_arn(queue)}
    aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy_document(deny)})
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="x")


READ_ATTRIBUTES = (
    "import boto3\ndef handler(e, c): return boto3.client('sqs').get_queue_attributes(QueueUrl=e)['ResponseMetadata']"
)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("aws:PrincipalArn", "{role}", True),
        ("aws:PrincipalArn", "arn:aws:iam::000000000000:role/another", False),
        ("aws:PrincipalAccount", ACCOUNT, True),
        ("aws:PrincipalAccount", "111111111111", False),
    ],
)
def test_principal_condition_identifies_session_by_role(aws: Aws, key: str, value: str, allowed: bool) -> None:
    """ "For IAM roles, the request context returns the ARN of the role"."""
    queue = aws.create_queue()
    role = aws.create_role("lambda", allow("sqs:GetQueueAttributes"))
    condition = {"StringNotEquals": {key: value.format(role=role)}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:GetQueueAttributes", "Resource": aws.queue_arn(queue)}
    aws.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": policy_document({**deny, "Condition": condition})}
    )
    response = aws.invoke(aws.create_function(READ_ATTRIBUTES, role), queue)
    assert (response.error is None) is allowed, response
