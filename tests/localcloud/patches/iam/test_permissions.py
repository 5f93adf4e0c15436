"""Permissions across services: resource ARNs, iam:PassRole and tagging.

Service Authorization Reference; IAM User Guide, "Granting a user permissions to pass a role to an AWS service"; SQS API
Reference, "CreateQueue", and similar pages of other services.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import (
    ACCOUNT,
    ALLOW_ALL,
    RUNTIME,
    Aws,
    allow,
    policy_document,
    unique_name,
    zip_files,
)


def is_denied(call: Callable[[], Any]) -> bool:
    """Return whether IAM denies a call; any other error means that IAM has allowed it."""
    try:
        call()
    except ClientError as error:
        return "not authorized" in str(error)
    return False


def test_create_function_is_authorized_on_its_arn(aws: Aws) -> None:
    name, role = unique_name("function"), aws.create_role("lambda", ALLOW_ALL)
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"
    keys = aws.create_user(allow("lambda:CreateFunction", on=arn), allow("iam:PassRole"))
    settings = {"Runtime": RUNTIME, "Role": role, "Handler": "m.h", "Code": {"ZipFile": zip_files({"m.py": ""})}}
    client = aws.client("lambda", keys)
    assert is_denied(lambda: client.create_function(FunctionName=unique_name("function"), **settings))
    assert not is_denied(lambda: client.create_function(FunctionName=name, **settings))


@pytest.mark.parametrize("owner", ["own", "other"])
def test_named_resources_are_authorized_on_their_arns(aws: Aws, owner: str) -> None:
    location = f"{aws.region}:{ACCOUNT}"
    resources = {
        "sns:ListTagsForResource": f"arn:aws:sns:{location}:{owner}",
        "states:ListTagsForResource": f"arn:aws:states:{location}:stateMachine:{owner}",
        "states:DescribeMapRun": f"arn:aws:states:{location}:mapRun:{owner}/Each:1",
        "cloudwatch:ListTagsForResource": f"arn:aws:cloudwatch:{location}:alarm:{owner}",
        "cloudwatch:DeleteAlarms": f"arn:aws:cloudwatch:{location}:alarm:{owner}",
        "cloudwatch:GetDashboard": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{owner}",
    }
    keys = aws.create_user(*(allow(action, on=resource) for action, resource in resources.items()))
    sns, states, alarms = (aws.client(service, keys) for service in ("sns", "stepfunctions", "cloudwatch"))
    calls = [
        lambda: sns.list_tags_for_resource(ResourceArn=f"arn:aws:sns:{location}:own"),
        lambda: states.list_tags_for_resource(resourceArn=f"arn:aws:states:{location}:stateMachine:own"),
        lambda: states.describe_map_run(mapRunArn=f"arn:aws:states:{location}:mapRun:own/Each:1"),
        lambda: alarms.list_tags_for_resource(ResourceARN=f"arn:aws:cloudwatch:{location}:alarm:own"),
        lambda: alarms.delete_alarms(AlarmNames=["own"]),
        lambda: alarms.get_dashboard(DashboardName="own"),
    ]
    assert [is_denied(call) for call in calls] == [owner == "other"] * len(calls)


SERVICES = {"lambda": "lambda.amazonaws.com", "stepfunctions": "states.amazonaws.com"}
MACHINE = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})


def pass_role(aws: Aws, service: str, role: str, principal: str) -> Callable[[], Any]:
    """Return a call that gives a role to a service, by a user who may pass the role to `principal`."""
    allow_passing = {
        "Condition": {"StringEquals": {"iam:PassedToService": principal}},
        **allow("iam:PassRole", on=role),
    }
    client = aws.client(service, aws.create_user(allow("lambda:*", "states:*"), allow_passing))
    if service == "lambda":
        code = {"ZipFile": zip_files({"m.py": ""})}
        settings = {"Runtime": RUNTIME, "Role": role, "Handler": "m.h", "Code": code}
        return lambda: client.create_function(FunctionName=unique_name("function"), **settings)
    return lambda: client.create_state_machine(name=unique_name("machine"), definition=MACHINE, roleArn=role)


@pytest.mark.parametrize("service", SERVICES)
def test_passing_role_needs_pass_role_for_service(aws: Aws, service: str) -> None:
    role = aws.create_role(service.replace("stepfunctions", "states"), ALLOW_ALL)
    other = aws.create_role("lambda", ALLOW_ALL)
    with pytest.raises(ClientError, match="iam:PassRole"):
        pass_role(aws, service, role, "ec2.amazonaws.com")()
    pass_role(aws, service, role, SERVICES[service])()
    function = aws.create_function("def handler(event, context): pass")
    client = aws.client("lambda", aws.create_user(allow("lambda:*"), allow("iam:PassRole", on=role)))
    with pytest.raises(ClientError, match="iam:PassRole"):
        client.update_function_configuration(FunctionName=function, Role=other)
    client.update_function_configuration(FunctionName=function, Timeout=5)  # passes no role


TRUST = policy_document(
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
)
TAGS = [{"Key": "Environment", "Value": "test"}]
CREATIONS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "sqs:CreateQueue": ("sqs:TagQueue", "QueueName", "create_queue", {"tags": {"Environment": "test"}}),
    "logs:CreateLogGroup": ("logs:TagResource", "logGroupName", "create_log_group", {"tags": {"Environment": "test"}}),
    "sns:CreateTopic": ("sns:TagResource", "Name", "create_topic", {"Tags": TAGS}),
    "iam:CreateRole": ("iam:TagRole", "RoleName", "create_role", {"Tags": TAGS, "AssumeRolePolicyDocument": TRUST}),
}


@pytest.mark.parametrize("action", CREATIONS)
def test_creation_with_tags_needs_tag_permission(aws: Aws, action: str) -> None:
    tagging, name, method, settings = CREATIONS[action]
    service = action.partition(":")[0]
    without_tags = {key: value for key, value in settings.items() if key.lower() != "tags"}
    create = getattr(aws.client(service, aws.create_user(allow(action))), method)
    create(**{name: unique_name("created")}, **without_tags)
    with pytest.raises(ClientError, match=tagging):
        create(**{name: unique_name("created")}, **settings)
    create_tagged = getattr(aws.client(service, aws.create_user(allow(action, tagging))), method)
    create_tagged(**{name: unique_name("created")}, **settings)


def test_api_with_tags_needs_permission_to_post_tags(aws: Aws) -> None:
    gateway = f"arn:aws:apigateway:{aws.region}::"
    allow_posting = [allow("apigateway:POST", on=f"{gateway}{path}") for path in ("/apis", "/tags/*%2Frestapis%2F*")]
    client = aws.client("apigatewayv2", aws.create_user(*allow_posting))
    client.create_api(Name="a", ProtocolType="HTTP")
    with pytest.raises(ClientError, match="not authorized to perform: apigateway:POST"):
        client.create_api(Name="a", ProtocolType="HTTP", Tags={"Environment": "test"})
    new_api_tags = f"{gateway}/tags/arn%3Aaws%3Aapigateway%3A{aws.region}%3A%3A%2Fv2%2Fapis%2F*"
    tagging = aws.client("apigatewayv2", aws.create_user(*allow_posting, allow("apigateway:POST", on=new_api_tags)))
    tagging.create_api(Name="a", ProtocolType="HTTP", Tags={"Environment": "test"})


def test_stage_with_tags_needs_tag_resource(aws: Aws) -> None:
    api = aws.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    client = aws.client("apigatewayv2", aws.create_user(allow("apigateway:POST")))
    client.create_stage(ApiId=api, StageName="plain")
    with pytest.raises(ClientError, match="not authorized to perform: apigateway:TagResource"):
        client.create_stage(ApiId=api, StageName="tagged", Tags={"Environment": "test"})
    stages = f"arn:aws:apigateway:{aws.region}::/apis/{api}/stages"
    tagging = aws.client(
        "apigatewayv2", aws.create_user(allow("apigateway:POST"), allow("apigateway:TagResource", on=stages))
    )
    tagging.create_stage(ApiId=api, StageName="tagged", Tags={"Environment": "test"})
