"""The cloud serves TLS only, and policies can check it: aws:SecureTransport ("AWS global condition context keys")."""

import http.client

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, policy_document, unique_name


def deny_transport(secure: str, action: str, *resources: str) -> str:
    condition = {"Bool": {"aws:SecureTransport": secure}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": list(resources)}
    return policy_document({**statement, "Condition": condition})


def test_plain_http_request_fails(aws: Aws) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.cloud.state.port, timeout=5)
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("GET", "/")
        connection.getresponse()
    connection.close()


def test_queue_that_denies_http_serves_clients_and_functions(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    policy = deny_transport("false", "sqs:*", aws.queue_arn(queue))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    source = "import boto3\ndef handler(e, c): boto3.client('sqs').send_message(QueueUrl=e, MessageBody='x')"
    assert aws.invoke(aws.create_function(source), queue).error is None
    assert aws.drain_queue(queue) == ["x"]


def test_bucket_policy_denies_by_transport(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    s3.put_bucket_policy(Bucket=bucket, Policy=deny_transport("false", "s3:*", *resources))
    s3.put_object(Bucket=bucket, Key="x", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=deny_transport("true", "s3:GetObject", *resources))
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="x")
