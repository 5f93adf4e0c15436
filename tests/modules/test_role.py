"""modules/role: a role has exactly the permissions of its grants."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

SENDER = {
    "address": "https://queue",
    "permissions": [{"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:::q"]}],
}
NO_PERMISSIONS = {"address": "only a name", "permissions": []}


@pytest.fixture(scope="module")
def role(module: Callable[..., Root]) -> Root:
    uses = {"OUTBOX": SENDER, "PLAIN": NO_PERMISSIONS}
    return module("role", name="worker", service="lambda.amazonaws.com", uses=uses)


@pytest.fixture(scope="module")
def planned(role: Root) -> dict[str, dict[str, Any]]:
    return role.plan().resources


def test_each_grant_with_permissions_is_a_policy(planned: dict[str, dict[str, Any]]) -> None:
    assert sorted(planned) == ["aws_iam_role.this", 'aws_iam_role_policy.grants["OUTBOX"]']
    policy = json.loads(planned['aws_iam_role_policy.grants["OUTBOX"]']["policy"])
    assert policy["Statement"] == [{"Action": ["sqs:SendMessage"], "Effect": "Allow", "Resource": ["arn:aws:sqs:::q"]}]


def test_only_the_service_assumes_the_role(planned: dict[str, dict[str, Any]]) -> None:
    (trust,) = json.loads(planned["aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust == {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}


def test_invalid_role_variables_fail_the_plan(role: Root) -> None:
    everything = {"address": "", "permissions": [{"actions": ["sqs:*"], "resources": ["*"]}]}
    error = role.plan_error(name="w" * 65, service="lambda", uses={"EVERYTHING": everything})
    assert "use 1 to 64 letters" in error
    assert 'service is "lambda", but must be a service principal' in error
    assert "Every action of a grant must be named in full" in error
