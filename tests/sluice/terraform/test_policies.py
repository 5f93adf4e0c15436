"""The rendered policies of operators."""

import json
import re
from typing import Any

import pytest

from sluice.terraform import policies
from sluice.terraform.state_location import StateLocation

LOCATION = StateLocation("acme-terraform-states", "us-east-1", {"dev": "sluice/dev.tfstate"})
LIMIT = 6144  # characters of a managed policy without whitespace (an IAM quota)


def render(kind: str) -> dict[str, Any]:
    return policies.render_policy(LOCATION, "dev", kind, account="123456789012", partition="aws")


def actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("kind", policies.KINDS)
def test_policy_names_every_action_and_fits_into_iams_limit(kind: str) -> None:
    document = render(kind)
    assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action) for action in actions(document))
    assert len(json.dumps(document, separators=(",", ":"))) <= LIMIT
    assert "${" not in json.dumps(document)


@pytest.mark.parametrize("kind", policies.KINDS)
def test_policy_statements_without_names_or_conditions_say_so(kind: str) -> None:
    for statement in render(kind)["Statement"]:
        for resource in statement["Resource"]:
            named = "sluice-dev" in resource or "sluice/dev.tfstate" in resource or resource.endswith(LOCATION.bucket)
            unnamed = statement["Sid"].endswith("AccountResources") or statement["Sid"] == "InvokeJobsApi"
            assert named or "Condition" in statement or unnamed, resource


def test_plan_policy_writes_only_the_state_lock() -> None:
    changing = re.compile(
        r":(Put|Create|Delete|Update|Add|Remove|Publish|Tag|Set|Pass|POST|PATCH|DELETE|Subscribe|Unsub)"
    )
    for statement in render("plan")["Statement"]:
        if found := [action for action in statement["Action"] if changing.search(action)]:
            assert (statement["Sid"], found) == ("LockState", ["s3:PutObject", "s3:DeleteObject"])
            assert statement["Resource"] == [f"arn:aws:s3:::{LOCATION.bucket}/sluice/dev.tfstate.tflock"]


def test_operate_policy_writes_only_messages_and_metrics() -> None:
    reading = re.compile(r":(Get|List|Describe|Filter)")
    assert {action for action in actions(render("operate")) if not reading.search(action)} == {
        *(f"sqs:{action}" for action in ("SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")),
        "cloudwatch:PutMetricData",
        "execute-api:Invoke",
    }
    (putting,) = [
        statement for statement in render("operate")["Statement"] if "cloudwatch:PutMetricData" in statement["Action"]
    ]
    assert putting["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Sluice"}}


def test_apply_policy_includes_the_plan_policy() -> None:
    assert actions(render("plan")) <= actions(render("apply"))


@pytest.mark.parametrize("kind", ["plan", "apply"])
def test_policy_allows_reading_the_tags_of_functions(kind: str) -> None:
    """Without lambda:ListTags, GetFunction omits the tags without an error, and every plan would add them again."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:sluice-dev-*"
    listed = [
        statement["Resource"] for statement in render(kind)["Statement"] if "lambda:ListTags" in statement["Action"]
    ]
    assert any(function in resources for resources in listed)


@pytest.mark.parametrize("kind", ["plan", "apply"])
def test_policy_restricts_apis_by_tag_and_their_parts_if_tagged(kind: str) -> None:
    gateway, tags = "arn:aws:apigateway:us-east-1::", {"Application": "sluice", "Environment": "dev"}
    own = {f"aws:ResourceTag/{name}": value for name, value in tags.items()}
    parts = {f"{gateway}/apis/*/{part}*" for part in ("integrations", "routes", "stages")}
    for statement in render(kind)["Statement"]:
        resources = {resource for resource in statement["Resource"] if resource.startswith(gateway)}
        if resources == {f"{gateway}/apis/*"}:
            assert statement["Condition"] == {"StringEquals": own}
        elif resources == {f"{gateway}/apis"}:
            requested = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
            assert statement["Condition"] == {"StringEquals": requested}
        elif resources:
            assert resources == parts | ({f"{gateway}/tags/*%2Fapis%2F*"} if kind == "apply" else set())
            assert statement["Condition"] == {"StringEqualsIfExists": own}


def test_apply_policy_limits_passed_roles_and_keeps_state_versions() -> None:
    statements = render("apply")["Statement"]
    (passing,) = [statement for statement in statements if "iam:PassRole" in statement["Action"]]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "states.amazonaws.com"]}
    }
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/sluice-dev-*"]
    for statement in statements:
        if any(LOCATION.bucket in resource for resource in statement["Resource"]):
            assert "s3:DeleteObjectVersion" not in statement["Action"]
