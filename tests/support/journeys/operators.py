"""An environment's operators: IAM users who hold one policy each, and what is done under their keys."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from sluice.terraform import policies
from sluice.terraform.state_location import StateLocation


class Operator:
    """A user who may do what a policy of an environment says, and nothing else; `keys` are variables for any client."""

    def __init__(self, place: StateLocation, environment: str, kind: str) -> None:
        # bootstrap makes policies of the plain names in the same cloud
        iam, self.name = boto3.client("iam"), f"holder-of-{policies.policy_name(environment, kind)}"
        account = boto3.client("sts").get_caller_identity()["Account"]
        document = policies.render_policy(place, environment, kind, account=account, partition="aws")
        policy = iam.create_policy(PolicyName=self.name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        iam.create_user(UserName=self.name)
        iam.attach_user_policy(UserName=self.name, PolicyArn=policy)
        made = iam.create_access_key(UserName=self.name)["AccessKey"]
        self.keys = {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}

    @contextmanager
    def acting(self) -> Iterator[None]:
        """All that this process and its Terraform do is done as this user."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.keys.items():
                patch.setenv(name, value)
            yield

    def client(self, service: str) -> Any:
        """A client of a service with this user's keys."""
        with self.acting():
            session = boto3.Session()
            return session.client(service)
