"""Tagging what one makes: SQS API Reference, "CreateQueue", and its like in the other services."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.ops.cloud.aws import Aws, allow, policy, unique

TRUST = policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
TAGS = [{"Key": "Environment", "Value": "test"}]
MADE: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "sqs:CreateQueue": ("sqs:TagQueue", "QueueName", "create_queue", {"tags": {"Environment": "test"}}),
    "logs:CreateLogGroup": ("logs:TagResource", "logGroupName", "create_log_group", {"tags": {"Environment": "test"}}),
    "sns:CreateTopic": ("sns:TagResource", "Name", "create_topic", {"Tags": TAGS}),
    "iam:CreateRole": ("iam:TagRole", "RoleName", "create_role", {"Tags": TAGS, "AssumeRolePolicyDocument": TRUST}),
}


@pytest.mark.parametrize("action", MADE)
def test_making_with_tags_needs_the_permission_to_tag(aws: Aws, action: str) -> None:
    tagging, name, method, settings = MADE[action]
    service = action.partition(":")[0]
    without_tags = {key: value for key, value in settings.items() if key.lower() != "tags"}
    make = getattr(aws.client(service, aws.user(allow(action))), method)
    make(**{name: unique("made")}, **without_tags)
    with pytest.raises(ClientError, match=tagging):
        make(**{name: unique("made")}, **settings)
    both = getattr(aws.client(service, aws.user(allow(action, tagging))), method)
    both(**{name: unique("made")}, **settings)
