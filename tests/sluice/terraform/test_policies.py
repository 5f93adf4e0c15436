"""The operators' policies by themselves: what no rendering of them may hold."""

import json
import re
from typing import Any

import pytest

from sluice.terraform import policies
from sluice.terraform.state_location import Place

PLACE = Place("acme-terraform-states", "us-east-1", {"dev": "sluice/dev.tfstate"})
LIMIT = 6144  # characters of a managed policy, blanks left out


def rendered(kind: str) -> dict[str, Any]:
    return policies.render(PLACE, "dev", kind, account="123456789012", partition="aws")


def actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("kind", policies.KINDS)
def test_every_action_is_named_in_full_and_iam_takes_the_policy(kind: str) -> None:
    document = rendered(kind)
    assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action) for action in actions(document))
    assert len(json.dumps(document, separators=(",", ":"))) <= LIMIT
    assert "${" not in json.dumps(document)


@pytest.mark.parametrize("kind", policies.KINDS)
def test_what_reaches_beyond_the_environment_knows_no_names(kind: str) -> None:
    for statement in rendered(kind)["Statement"]:
        for resource in statement["Resource"]:
            named = "sluice-dev" in resource or "sluice/dev.tfstate" in resource or resource.endswith(PLACE.bucket)
            assert named or "Condition" in statement or statement["Sid"].endswith(("HasNoName", "ItsTags")), resource


def test_who_may_plan_changes_nothing_but_the_lock() -> None:
    changing = re.compile(
        r":(Put|Create|Delete|Update|Add|Remove|Publish|Tag|Set|Pass|POST|PATCH|DELETE|Subscribe|Unsub)"
    )
    for statement in rendered("plan")["Statement"]:
        if found := [action for action in statement["Action"] if changing.search(action)]:
            assert (statement["Sid"], found) == ("LockTheState", ["s3:PutObject", "s3:DeleteObject"])
            assert statement["Resource"] == [f"arn:aws:s3:::{PLACE.bucket}/sluice/dev.tfstate.tflock"]


def test_who_may_operate_changes_messages_and_counts_alone() -> None:
    seen = re.compile(r":(Get|List|Describe|Filter)")
    assert {action for action in actions(rendered("operate")) if not seen.search(action)} == {
        *(f"sqs:{action}" for action in ("SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")),
        "cloudwatch:PutMetricData",
        "execute-api:Invoke",
    }
    (putting,) = [given for given in rendered("operate")["Statement"] if "cloudwatch:PutMetricData" in given["Action"]]
    assert putting["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Sluice"}}


def test_who_may_apply_may_plan() -> None:
    assert actions(rendered("plan")) <= actions(rendered("apply"))


@pytest.mark.parametrize("kind", ["plan", "apply"])
def test_a_function_is_read_with_its_tags(kind: str) -> None:
    """GetFunction leaves them out, and says nothing, for who may not list them: every plan would want them back."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:sluice-dev-*"
    listed = [given["Resource"] for given in rendered(kind)["Statement"] if "lambda:ListTags" in given["Action"]]
    assert any(function in resources for resources in listed)


@pytest.mark.parametrize("kind", ["plan", "apply"])
def test_an_api_is_known_by_its_tags_and_its_parts_by_theirs_if_they_have_any(kind: str) -> None:
    gateway, tags = "arn:aws:apigateway:us-east-1::", {"Application": "sluice", "Environment": "dev"}
    own = {f"aws:ResourceTag/{name}": value for name, value in tags.items()}
    parts = {f"{gateway}/apis/*/{part}*" for part in ("integrations", "routes", "stages")}
    for statement in rendered(kind)["Statement"]:
        resources = {resource for resource in statement["Resource"] if resource.startswith(gateway)}
        if resources == {f"{gateway}/apis/*"}:
            assert statement["Condition"] == {"StringEquals": own}
        elif resources == {f"{gateway}/apis"}:
            given = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
            assert statement["Condition"] == {"StringEquals": given}
        elif resources:
            assert resources == parts | ({f"{gateway}/tags/*%2Fapis%2F*"} if kind == "apply" else set())
            assert statement["Condition"] == {"StringEqualsIfExists": own}


def test_roles_are_passed_to_two_services_and_no_version_of_a_state_is_deleted() -> None:
    statements = rendered("apply")["Statement"]
    (passing,) = [statement for statement in statements if "iam:PassRole" in statement["Action"]]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "states.amazonaws.com"]}
    }
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/sluice-dev-*"]
    for statement in statements:
        if any(PLACE.bucket in resource for resource in statement["Resource"]):
            assert "s3:DeleteObjectVersion" not in statement["Action"]
