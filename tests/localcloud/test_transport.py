"""The cloud speaks TLS alone, and policies see it: aws:SecureTransport ("AWS global condition context keys")."""

import http.client

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, policy_document, unique_name


def _denied(secure: str, action: str, *resources: str) -> str:
    condition = {"Bool": {"aws:SecureTransport": secure}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": list(resources)}
    return policy_document({**statement, "Condition": condition})


def test_plain_http_is_not_served(aws: Aws) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.cloud.state.port, timeout=5)
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("GET", "/")
        connection.getresponse()
    connection.close()


def test_a_tls_only_queue_serves_clients_and_functions(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _denied("false", "sqs:*", aws.queue_arn(queue))})
    sends = "import boto3\ndef handler(e, c): boto3.client('sqs').send_message(QueueUrl=e, MessageBody='x')"
    assert aws.invoke(aws.create_function(sends), queue).error is None
    assert aws.drain_queue(queue) == ["x"]


def test_a_tls_only_bucket_serves_clients_and_the_opposite_none(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    s3.put_bucket_policy(Bucket=bucket, Policy=_denied("false", "s3:*", *resources))
    s3.put_object(Bucket=bucket, Key="x", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=_denied("true", "s3:GetObject", *resources))
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="x")
