"""Every request is authenticated: "AWS Signature Version 4 for API requests"."""

import ssl
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import NO_RETRY, Aws, Keys, policy_document, unique_name


def test_a_wrong_secret_is_refused(aws: Aws) -> None:
    known = aws.cloud.environment()["AWS_ACCESS_KEY_ID"]
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        aws.client("sqs", Keys(known, "wrong")).list_queues()


@pytest.mark.parametrize("key", ["test", "123456789012", "AKIAUNKNOWN000000000"])
@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_an_unknown_key_is_refused(aws: Aws, key: str, service: str) -> None:
    client = aws.client(service, Keys(key, "test"))
    with pytest.raises(ClientError, match=r"Unrecognized|InvalidAccessKeyId|InvalidClientTokenId"):
        client.list_queues() if service == "sqs" else client.list_buckets()


@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_an_unsigned_request_is_refused(aws: Aws, service: str) -> None:
    given = aws.cloud.environment()
    client = boto3.Session(region_name=aws.region).client(
        service, endpoint_url=aws.cloud.endpoint, verify=given["AWS_CA_BUNDLE"],
        config=NO_RETRY.merge(Config(signature_version=UNSIGNED)),
    )  # fmt: skip
    with pytest.raises(ClientError):
        client.list_queues() if service == "sqs" else client.list_buckets()


def test_a_presigned_address_serves_its_object_and_no_other(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    s3.put_object(Bucket=bucket, Key="two", Body=b"2")
    signed = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "one"})
    trust = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    with urllib.request.urlopen(signed, context=trust) as answer:
        assert answer.read() == b"1"
    for forged in (signed.replace("/one?", "/two?"), signed.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(forged, context=trust)
        refused.value.close()


def test_a_policy_binds_whoever_may_do_everything(aws: Aws) -> None:
    """ "An explicit deny in any policy overrides any allows", for the keys that the cloud hands out as for any."""
    queue = aws.create_queue()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": aws.queue_arn(queue)}
    aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy_document(deny)})
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="x")
