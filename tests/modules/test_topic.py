"""modules/topic: alarms of this account may speak, nobody else, and people listen by e-mail."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def topic(module: Callable[..., Root]) -> Root:
    return module("topic", name="alarms")


@pytest.fixture(scope="module")
def planned(topic: Root) -> dict[str, dict[str, Any]]:
    return topic.plan(emails=["ops@example.com", "night@example.com"]).resources


def test_only_alarms_of_this_account_may_publish_and_only_by_tls(planned: dict[str, dict[str, Any]]) -> None:
    allowed, denied = json.loads(planned["aws_sns_topic.this"]["policy"])["Statement"]
    assert (allowed["Effect"], allowed["Principal"]) == ("Allow", {"Service": "cloudwatch.amazonaws.com"})
    assert allowed["Action"] == "sns:Publish"
    account = allowed["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert f":{account}:alarm:*" in allowed["Condition"]["ArnLike"]["aws:SourceArn"]
    assert allowed["Resource"].endswith(f":{account}:alarms")
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_it_has_no_key_that_alarms_could_not_use(planned: dict[str, dict[str, Any]]) -> None:
    """ "CloudWatch Alarms does not have authorization to access the SNS topic encryption key": so with alias/aws/sns.

    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    assert not planned["aws_sns_topic.this"].get("kms_master_key_id")


def test_a_key_of_ones_own_encrypts_what_alarms_say(topic: Root) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-0000-0000-0000-000000000000"
    assert topic.plan(key=key).resources["aws_sns_topic.this"]["kms_master_key_id"] == key
    assert 'The key "alias/aws/sns" is not the ARN of a KMS key' in topic.refusal(key="alias/aws/sns")


def test_each_address_is_subscribed(planned: dict[str, dict[str, Any]]) -> None:
    subscribed = [values for address, values in planned.items() if "subscription" in address]
    assert {(values["protocol"], values["endpoint"]) for values in subscribed} == {
        ("email", "ops@example.com"),
        ("email", "night@example.com"),
    }


def test_what_cannot_be_is_said_at_plan(topic: Root) -> None:
    refusal = topic.refusal(name="has space", emails=["ops@example.com", "ops"])
    assert 'The topic\'s name "has space" must have 1 to 256 letters' in refusal
    assert "No e-mail address: ops. Write each like ops@example.com." in refusal
