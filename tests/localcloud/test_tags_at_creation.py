"""Tagging what one makes: SQS API Reference, "CreateQueue", and its like in the other services."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow, policy_document, unique_name

TRUST = policy_document(
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
)
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
    make = getattr(aws.client(service, aws.create_user(allow(action))), method)
    make(**{name: unique_name("made")}, **without_tags)
    with pytest.raises(ClientError, match=tagging):
        make(**{name: unique_name("made")}, **settings)
    both = getattr(aws.client(service, aws.create_user(allow(action, tagging))), method)
    both(**{name: unique_name("made")}, **settings)


def test_an_api_with_tags_needs_the_permission_to_post_tags(aws: Aws) -> None:
    gateway = f"arn:aws:apigateway:{aws.region}::"
    posting = [allow("apigateway:POST", on=f"{gateway}{path}") for path in ("/apis", "/tags/*%2Frestapis%2F*")]
    client = aws.client("apigatewayv2", aws.create_user(*posting))
    client.create_api(Name="a", ProtocolType="HTTP")
    with pytest.raises(ClientError, match="not authorized to perform: apigateway:POST"):
        client.create_api(Name="a", ProtocolType="HTTP", Tags={"Environment": "test"})
    of_none_yet = f"{gateway}/tags/arn%3Aaws%3Aapigateway%3A{aws.region}%3A%3A%2Fv2%2Fapis%2F*"
    both = aws.client("apigatewayv2", aws.create_user(*posting, allow("apigateway:POST", on=of_none_yet)))
    both.create_api(Name="a", ProtocolType="HTTP", Tags={"Environment": "test"})


def test_a_stage_with_tags_needs_an_action_that_is_no_verb(aws: Aws) -> None:
    api = aws.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    client = aws.client("apigatewayv2", aws.create_user(allow("apigateway:POST")))
    client.create_stage(ApiId=api, StageName="plain")
    with pytest.raises(ClientError, match="not authorized to perform: apigateway:TagResource"):
        client.create_stage(ApiId=api, StageName="tagged", Tags={"Environment": "test"})
    stages = f"arn:aws:apigateway:{aws.region}::/apis/{api}/stages"
    both = aws.client(
        "apigatewayv2", aws.create_user(allow("apigateway:POST"), allow("apigateway:TagResource", on=stages))
    )
    both.create_stage(ApiId=api, StageName="tagged", Tags={"Environment": "test"})
