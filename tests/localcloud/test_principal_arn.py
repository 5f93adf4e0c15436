"""Condition keys that name the caller: "AWS global condition context keys", aws:PrincipalArn and its kin."""

import pytest

from tests.support.localcloud.aws import ACCOUNT, Aws, allow, policy_document

READS = (
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
def test_a_session_is_known_by_its_role(aws: Aws, key: str, value: str, allowed: bool) -> None:
    """ "For IAM roles, the request context returns the ARN of the role"."""
    queue = aws.create_queue()
    role = aws.create_role("lambda", allow("sqs:GetQueueAttributes"))
    unless = {"StringNotEquals": {key: value.format(role=role)}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:GetQueueAttributes", "Resource": aws.queue_arn(queue)}
    aws.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": policy_document({**deny, "Condition": unless})}
    )
    answer = aws.invoke(aws.create_function(READS, role), queue)
    assert (answer.error is None) is allowed, answer
