"""These are asked for on the ARN that the request names; ministack asks for them on "*".

Service Authorization Reference, "Actions, resources, and condition keys for ..." AWS Lambda (CreateFunction), AWS Step
Functions (tags, map runs), Amazon SNS (tags) and Amazon CloudWatch (tags, dashboards, DeleteAlarms).
"""

import json
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    extract = iam_actions.extract_resource_arn

    def located(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        arn = str(extract(service, method, path, headers, body, query, region, account))
        if arn != "*":
            return arn
        if service == "lambda" and method == "POST" and path.rstrip("/").endswith("/functions"):
            return f"arn:aws:lambda:{region}:{account}:function:{json.loads(body).get('FunctionName', '')}"
        if service in ("sns", "states", "monitoring"):
            return _named(_members(headers, body, query), f"{region}:{account}", account) or arn
        return arn

    iam_actions.extract_resource_arn = located


def _named(members: Mapping[str, Any], here: str, account: str) -> str | None:
    """The ARN of what a request to SNS, Step Functions or CloudWatch names, if it names one."""
    for name in ("ResourceArn", "resourceArn", "ResourceARN", "mapRunArn"):
        if arn := members.get(name):
            return str(arn)
    if dashboard := members.get("DashboardName") or members.get("DashboardNames"):
        return f"arn:aws:cloudwatch::{account}:dashboard/{dashboard}"
    if (alarm := members.get("AlarmNames")) and members.get("Action") != "DescribeAlarms":
        return f"arn:aws:cloudwatch:{here}:alarm:{alarm}"
    return None


def _members(headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> dict[str, Any]:
    """A request's members, in JSON or in AWS Query; of a list the first."""
    if body[:1] == b"{":
        found = json.loads(body)
    else:
        found = {name.removesuffix(".member.1"): value for name, value in query.items()}
    members = {name: value[0] if isinstance(value, list) and value else value for name, value in found.items()}
    return {**members, "Action": members.get("Action") or headers.get("x-amz-target", "").rsplit(".", 1)[-1]}
