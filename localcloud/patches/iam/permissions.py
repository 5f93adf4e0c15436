"""Patches of the permissions that requests to several services need: resource ARNs, iam:PassRole and tagging."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ministack.core import iam_actions

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import authorization
from localcloud.patches.iam.authorization import Permission, Request
from localcloud.patches.registry import patch

# For each action: the field of the request that holds the role, and the service that gets the role.
PASSED_ROLES = {
    "lambda:CreateFunction": ("Role", "lambda.amazonaws.com"),
    "lambda:UpdateFunctionConfiguration": ("Role", "lambda.amazonaws.com"),
    "states:CreateStateMachine": ("roleArn", "states.amazonaws.com"),
    "states:UpdateStateMachine": ("roleArn", "states.amazonaws.com"),
    "apigateway:POST": ("credentialsArn", "apigateway.amazonaws.com"),
    "apigateway:PATCH": ("credentialsArn", "apigateway.amazonaws.com"),
}
TAGGING_ACTIONS = {
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
    "lambda:CreateEventSourceMapping": "lambda:TagResource",
    "lambda:CreateFunction": "lambda:TagResource",
    "logs:CreateLogGroup": "logs:TagResource",
    "sns:CreateTopic": "sns:TagResource",
    "sqs:CreateQueue": "sqs:TagQueue",
    "states:CreateStateMachine": "states:TagResource",
}


@patch("named_resources", after=["layer_actions"])
def apply_named_resources(_: Cloud) -> None:
    """Authorize requests on the ARN that they name.

    AWS: CreateFunction, tags of state machines, topics and alarms, map runs, dashboards and DeleteAlarms are authorized
        on the ARN that the request names (Service Authorization Reference, "Actions, resources, and condition keys"
        for AWS Lambda, AWS Step Functions, Amazon SNS and Amazon CloudWatch).
    ministack: authorizes them on `*`.
    Upstream: could be offered.
    """
    extract = iam_actions.extract_resource_arn

    def extract_named_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        arn = str(extract(service, method, path, headers, body, query, region, account))
        if arn != "*":
            return arn
        if service == "lambda" and method == "POST" and path.rstrip("/").endswith("/functions"):
            return f"arn:aws:lambda:{region}:{account}:function:{json.loads(body).get('FunctionName', '')}"
        if service in ("sns", "states", "monitoring"):
            return _find_arn(_parse_members(headers, body, query), f"{region}:{account}", account) or arn
        return arn

    iam_actions.extract_resource_arn = extract_named_arn


@patch("passed_roles")
def apply_passed_roles(_: Cloud) -> None:
    """Require iam:PassRole of a caller who gives a role to a service.

    AWS: "To pass a role (and its permissions) to an AWS service, a user must have permissions to pass the role to the
        service" (IAM User Guide, "Granting a user permissions to pass a role to an AWS service"): `iam:PassRole` for
        functions, state machines and API integrations.
    ministack: does not require it.
    Upstream: could be offered.
    """
    authorization.add_permission_rule(_require_pass_role)


@patch("tags_at_creation", after=["passed_roles"])
def apply_tags_at_creation(_: Cloud) -> None:
    """Require the permission to tag of a caller who creates a resource with tags.

    AWS: "To be able to tag a queue on creation, you must have the sqs:CreateQueue and sqs:TagQueue permissions" (SQS
        API Reference, "CreateQueue"), and the same for other services. An API with tags needs `apigateway:POST` on
        `/tags/...`, a stage `apigateway:TagResource`: API Gateway documents neither; both follow from its error
        messages.
    ministack: requires only the permission to create.
    Upstream: could be offered, except for API Gateway.
    """
    authorization.add_permission_rule(_require_tagging)


def _find_arn(members: Mapping[str, Any], location: str, account: str) -> str | None:
    """Return the ARN that a request to SNS, Step Functions or CloudWatch names, if any."""
    for name in ("ResourceArn", "resourceArn", "ResourceARN", "mapRunArn"):
        if arn := members.get(name):
            return str(arn)
    if dashboard := members.get("DashboardName") or members.get("DashboardNames"):
        return f"arn:aws:cloudwatch::{account}:dashboard/{dashboard}"
    if (alarm := members.get("AlarmNames")) and members.get("Action") != "DescribeAlarms":
        return f"arn:aws:cloudwatch:{location}:alarm:{alarm}"
    return None


def _parse_members(headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a request in JSON or AWS Query; of each list, only the first item."""
    if body[:1] == b"{":
        parsed = json.loads(body)
    else:
        parsed = {name.removesuffix(".member.1"): value for name, value in query.items()}
    members = {name: value[0] if isinstance(value, list) and value else value for name, value in parsed.items()}
    return {**members, "Action": members.get("Action") or headers.get("x-amz-target", "").rsplit(".", 1)[-1]}


def _require_pass_role(request: Request, permission: Permission) -> Iterator[Permission]:
    field, service = PASSED_ROLES.get(permission.action, ("", ""))
    if role := request.body.get(field):
        yield Permission("iam:PassRole", str(role), {"iam:PassedToService": service})


def _require_tagging(request: Request, permission: Permission) -> Iterator[Permission]:
    keys = {name.lower(): value for name, value in permission.context.items()}
    if not (keys.get("aws:tagkeys") or request.body.get("tags") or request.body.get("Tags")):
        return
    if tagging := TAGGING_ACTIONS.get(permission.action):
        known = permission.resource != "*"
        resource = permission.resource if known else request.arn("lambda", "event-source-mapping:*")
        yield Permission(tagging, resource, keys)
    elif permission.action == "apigateway:POST":
        gateway, _, path = permission.resource.partition("::")
        if path == "/apis":  # the new API has no id yet
            yield Permission("apigateway:POST", f"{gateway}::/tags/{quote(f'{gateway}::/v2/apis/', safe='')}*", keys)
        elif path.startswith("/apis/") and path.endswith("/stages"):
            yield Permission("apigateway:TagResource", permission.resource, keys)
