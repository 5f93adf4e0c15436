"""Faults for an applied stack, each undone at the end of its context."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3


@contextmanager
def without_policy(role: str, policy: str) -> Iterator[None]:
    """Remove an inline policy from a role."""
    iam = boto3.client("iam")
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


@contextmanager
def without_concurrency(function: str) -> Iterator[None]:
    """Throttle every call of a function, with a reserved concurrency of 0."""
    client = boto3.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=function)


@contextmanager
def denied_sends(queue_url: str, function: str) -> Iterator[None]:
    """Let a queue's policy deny sqs:SendMessage to a function's role."""
    sqs = boto3.client("sqs")
    role = boto3.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["Policy", "QueueArn"])["Attributes"]
    policy = json.loads(attributes["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Principal": {"AWS": role},
            "Action": "sqs:SendMessage",
            "Resource": attributes["QueueArn"],
        }
    )
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": json.dumps(policy)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": attributes["Policy"]})
