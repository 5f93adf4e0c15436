"""Operators of an environment: IAM users with one policy each, and clients with their keys."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from sluice.terraform import policies
from sluice.terraform.state_location import StateLocation


class Operator:
    """A user with one policy of an environment and no other permissions.

    Attributes:
        name: Name of the IAM user.
        credentials: The user's access key, as environment variables.
    """

    def __init__(self, location: StateLocation, environment: str, kind: str) -> None:
        # `make bootstrap` creates policies with the plain names in the same cloud
        iam, self.name = boto3.client("iam"), f"user-of-{policies.policy_name(environment, kind)}"
        account = boto3.client("sts").get_caller_identity()["Account"]
        document = policies.render_policy(location, environment, kind, account=account, partition="aws")
        policy = iam.create_policy(PolicyName=self.name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        iam.create_user(UserName=self.name)
        iam.attach_user_policy(UserName=self.name, PolicyArn=policy)
        key = iam.create_access_key(UserName=self.name)["AccessKey"]
        self.credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    @contextmanager
    def use_credentials(self) -> Iterator[None]:
        """Use this user's credentials in this process and its Terraform."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.credentials.items():
                patch.setenv(name, value)
            yield

    def create_client(self, service: str) -> Any:
        """Return a boto3 client of a service with this user's credentials."""
        with self.use_credentials():
            session = boto3.Session()
            return session.client(service)
