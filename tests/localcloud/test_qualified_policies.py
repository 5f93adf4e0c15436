"""Policies of versions and aliases: Lambda API Reference, AddPermission, GetPolicy and RemovePermission."""

import json
from typing import Any

import pytest

from tests.support.localcloud import apis, versions
from tests.support.localcloud.aws import Aws
from tests.support.localcloud.versions import Versions


@pytest.fixture
def made(aws: Aws) -> Versions:
    return versions.create_versions(aws)


def permit(aws: Aws, made: Versions, **qualifier: str) -> Any:
    return aws.client("lambda").add_permission(
        FunctionName=made.function, StatementId="api", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com", **qualifier,
    )  # fmt: skip


def resources(aws: Aws, made: Versions, **qualifier: str) -> list[str]:
    """The resources that a policy names."""
    policy = aws.client("lambda").get_policy(FunctionName=made.function, **qualifier)["Policy"]
    return [statement["Resource"] for statement in json.loads(policy)["Statement"]]


def test_each_has_its_own_statements(aws: Aws, made: Versions) -> None:
    permit(aws, made)
    permit(aws, made, Qualifier="live")
    permit(aws, made, Qualifier="1")
    assert resources(aws, made) == [made.arn]
    assert resources(aws, made, Qualifier="live") == [made.live]
    assert resources(aws, made, Qualifier="1") == [f"{made.arn}:1"]


def test_an_id_is_used_once_in_each(aws: Aws, made: Versions) -> None:
    given = json.loads(permit(aws, made, Qualifier="live")["Statement"])
    assert given["Sid"] == "api"
    with pytest.raises(aws.client("lambda").exceptions.ResourceConflictException):
        permit(aws, made, Qualifier="live")


def test_the_function_loses_only_its_own(aws: Aws, made: Versions) -> None:
    client = aws.client("lambda")
    permit(aws, made, Qualifier="live")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.remove_permission(FunctionName=made.function, StatementId="api")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=made.function)
    client.remove_permission(FunctionName=made.function, StatementId="api", Qualifier="live")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=made.function, Qualifier="live")


def test_an_api_needs_the_permission_of_the_alias_that_it_calls(aws: Aws, made: Versions) -> None:
    api = apis.create_api(aws, "", function=made.function, qualifier="live", permit=None)
    permit(aws, made)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).status == 500
    permit(aws, made, Qualifier="live")
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).status == 200
