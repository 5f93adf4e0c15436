"""modules/role: a role is exactly its grants."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

SENDER = {
    "address": "https://queue",
    "permissions": [{"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:::q"]}],
}
PLAIN = {"address": "nothing to open", "permissions": []}


@pytest.fixture(scope="module")
def role(module: Callable[..., Root]) -> Root:
    return module("role", name="worker", service="lambda.amazonaws.com", uses={"OUTBOX": SENDER, "PLAIN": PLAIN})


@pytest.fixture(scope="module")
def planned(role: Root) -> dict[str, dict[str, Any]]:
    return role.plan().resources


def test_each_grant_is_a_policy_of_the_name_of_its_use(planned: dict[str, dict[str, Any]]) -> None:
    assert sorted(planned) == ["aws_iam_role.this", 'aws_iam_role_policy.grants["OUTBOX"]']
    policy = json.loads(planned['aws_iam_role_policy.grants["OUTBOX"]']["policy"])
    assert policy["Statement"] == [{"Action": ["sqs:SendMessage"], "Effect": "Allow", "Resource": ["arn:aws:sqs:::q"]}]


def test_only_its_service_takes_the_role(planned: dict[str, dict[str, Any]]) -> None:
    (trust,) = json.loads(planned["aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust == {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}


def test_what_cannot_be_is_said_at_plan(role: Root) -> None:
    everything = {"address": "", "permissions": [{"actions": ["sqs:*"], "resources": ["*"]}]}
    refusal = role.refusal(name="w" * 65, service="lambda", uses={"EVERYTHING": everything})
    assert "must have 1 to 64 letters" in refusal
    assert 'The service "lambda" must be a service principal' in refusal
    assert "Every action of a grant must be one named action" in refusal
