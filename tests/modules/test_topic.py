"""modules/topic: only alarms of this account can publish, over TLS, and e-mail addresses are subscribed."""

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


def test_only_alarms_of_this_account_can_publish(planned: dict[str, dict[str, Any]]) -> None:
    allow, deny = json.loads(planned["aws_sns_topic.this"]["policy"])["Statement"]
    assert allow["Effect"] == "Allow"
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Action"] == "sns:Publish"
    account = allow["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert f":{account}:alarm:*" in allow["Condition"]["ArnLike"]["aws:SourceArn"]
    assert allow["Resource"].endswith(f":{account}:alarms")
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_topic_has_no_managed_key_by_default(planned: dict[str, dict[str, Any]]) -> None:
    """With alias/aws/sns: "CloudWatch Alarms does not have authorization to access the SNS topic encryption key".

    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    assert not planned["aws_sns_topic.this"].get("kms_master_key_id")


def test_own_key_encrypts_notifications(topic: Root) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-0000-0000-0000-000000000000"
    assert topic.plan(kms_key_arn=key).resources["aws_sns_topic.this"]["kms_master_key_id"] == key
    error = topic.plan_error(kms_key_arn="alias/aws/sns")
    assert 'kms_key_arn is "alias/aws/sns", but must be the ARN of your own KMS key' in error


def test_each_email_address_is_subscribed(planned: dict[str, dict[str, Any]]) -> None:
    subscriptions = [values for address, values in planned.items() if "subscription" in address]
    assert {(values["protocol"], values["endpoint"]) for values in subscriptions} == {
        ("email", "ops@example.com"),
        ("email", "night@example.com"),
    }


def test_invalid_topic_variables_fail_the_plan(topic: Root) -> None:
    error = topic.plan_error(name="has space", emails=["ops@example.com", "ops"])
    assert 'Invalid topic name "has space": use 1 to 256 letters' in error
    assert "Invalid e-mail address: ops. Write addresses like ops@example.com." in error
