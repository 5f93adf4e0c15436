"""Ways to break an applied stack for a moment, and to have it whole again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3


@contextmanager
def without_policy(role: str, policy: str) -> Iterator[None]:
    """Take a policy from a role."""
    iam = boto3.client("iam")
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


@contextmanager
def without_capacity(function: str) -> Iterator[None]:
    """Let no call of a function run."""
    client = boto3.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=function)
