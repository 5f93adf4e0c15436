"""Aliases: Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import apis, state_machines, versions
from tests.support.localcloud.aws import ALLOW_ALL, Aws, wait_for
from tests.support.localcloud.versions import Versions


@pytest.fixture(scope="module")
def versions_with_roles(aws: Aws) -> Versions:
    """Return versions, and a version 3 with another role."""
    created = versions.create_versions(aws)
    client = aws.client("lambda")
    client.update_function_configuration(FunctionName=created.function, Role=aws.create_role("lambda", ALLOW_ALL))
    client.publish_version(FunctionName=created.function)
    return created


def update_alias(aws: Aws, created: Versions, version: str, **weights: float) -> Any:
    """Point the alias to a version, and with weights (v2=0.1) to further ones; return the response."""
    routing = {"AdditionalVersionWeights": {name.strip("v"): weight for name, weight in weights.items()}}
    return aws.client("lambda").update_alias(
        FunctionName=created.function, Name="live", FunctionVersion=version, RoutingConfig=routing
    )


def test_alias_to_unknown_version_is_rejected(aws: Aws, versions_with_roles: Versions) -> None:
    client = aws.client("lambda")
    with pytest.raises(
        client.exceptions.ResourceNotFoundException, match=f"Function not found: {versions_with_roles.arn}:9"
    ):
        client.create_alias(FunctionName=versions_with_roles.function, Name="other", FunctionVersion="9")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        update_alias(aws, versions_with_roles, "1", v9=0.1)


def test_weighted_alias_to_latest_is_rejected(aws: Aws, versions_with_roles: Versions) -> None:
    with pytest.raises(ClientError, match="LATEST is not supported for an alias pointing to more than 1 version"):
        update_alias(aws, versions_with_roles, "$LATEST", v1=0.1)


def test_weighted_alias_with_two_roles_is_rejected(aws: Aws, versions_with_roles: Versions) -> None:
    with pytest.raises(ClientError, match="must have the same Role"):
        update_alias(aws, versions_with_roles, "1", v3=0.1)


@pytest.mark.parametrize("weights", [{"v1": 0.1, "v2": 0.1}, {"v2": 1.5}, {"v1": 0.5}])
def test_invalid_alias_weights_are_rejected(aws: Aws, versions_with_roles: Versions, weights: dict[str, float]) -> None:
    with pytest.raises(ClientError, match="AdditionalVersionWeights"):
        update_alias(aws, versions_with_roles, "1", **weights)


def test_alias_without_weights_has_no_routing_config(aws: Aws, versions_with_roles: Versions) -> None:
    weighted = update_alias(aws, versions_with_roles, "1", v2=0.1)
    assert weighted["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.1}}
    assert "RoutingConfig" not in update_alias(aws, versions_with_roles, "2")


INVOCATIONS = 40  # the probability that an even weight sends all of them to one version is 2 ** -39


@pytest.fixture(scope="module")
def halved(aws: Aws) -> Versions:
    """Return versions of which each gets half of the alias's invocations."""
    return versions.create_versions(aws, share=0.5)


def test_weighted_alias_runs_both_versions(aws: Aws, halved: Versions) -> None:
    payloads = [versions.invoke_version(aws, halved.function, "live") for _ in range(INVOCATIONS)]
    assert {(payload["mark"], executed) for payload, executed in payloads} == {("old", "1"), ("new", "2")}
    assert all(payload["version"] == payload["context"] == executed for payload, executed in payloads)
    assert {payload["arn"] for payload, _ in payloads} == {halved.live}


def test_weighted_alias_by_arn_runs_both_versions(aws: Aws, halved: Versions) -> None:
    assert {versions.invoke_version(aws, halved.live)[1] for _ in range(INVOCATIONS)} == {"1", "2"}


def test_queue_mapping_of_weighted_alias_runs_both_versions(aws: Aws, halved: Versions) -> None:
    queue = aws.create_queue()
    aws.map_queue(queue, halved.live, BatchSize=1)
    aws.send_messages(queue, *map(str, range(INVOCATIONS)))
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    streams = {event["logStreamName"] for event in aws.read_log(halved.function)}
    assert {stream.split("[")[1].split("]")[0] for stream in streams} == {"1", "2"}


def test_queue_mapping_invokes_alias_arn(aws: Aws) -> None:
    """The function sees the alias's ARN, for every caller."""
    source = "def handler(event, context): print(context.invoked_function_arn)"
    function, queue = aws.create_function(source, Publish=True), aws.create_queue()
    aws.client("lambda").create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    live = f"{apis.function_arn(aws, function)}:live"
    aws.map_queue(queue, live)
    aws.send_messages(queue, "one")
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert live in [event["message"].strip() for event in aws.read_log(function)]


def test_api_of_weighted_alias_runs_both_versions(aws: Aws, halved: Versions) -> None:
    api = apis.create_api(aws, "", function=halved.function, qualifier="live")
    replies = [
        apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).body for _ in range(INVOCATIONS)
    ]
    assert {reply["version"] for reply in replies} == {"1", "2"}
    assert {reply["arn"] for reply in replies} == {halved.live}


@pytest.mark.parametrize("naming", ["resource", "function", "qualifier"])
def test_state_machine_with_weighted_alias_runs_both_versions(aws: Aws, halved: Versions, naming: str) -> None:
    task = {
        "resource": {"Type": "Task", "Resource": halved.live},
        "function": state_machines.call_function(halved.live),
        "qualifier": state_machines.call_function(halved.arn),
    }[naming]
    if naming == "qualifier":
        task["Parameters"]["Qualifier"] = "live"
    payloads = state_machines.run_for_output(
        aws, state_machines.chain(Each=state_machines.map_state(task)), list(range(INVOCATIONS))
    )
    assert {payload["version"] for payload in payloads} == {"1", "2"}
    assert {payload["arn"] for payload in payloads} == {halved.live}


def test_task_result_has_executed_version(aws: Aws, halved: Versions) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": halved.live}}
    payload = state_machines.run_for_output(aws, state_machines.chain(Task=task))
    assert payload["ExecutedVersion"] == payload["Payload"]["version"]


def test_updated_alias_applies_to_next_invocation(aws: Aws) -> None:
    client, created = aws.client("lambda"), versions.create_versions(aws)
    assert versions.invoke_version(aws, created.function, "live")[1] == "1"
    client.update_alias(FunctionName=created.function, Name="live", FunctionVersion="2")
    assert {versions.invoke_version(aws, created.function, "live")[1] for _ in range(5)} == {"2"}
    weights = {"AdditionalVersionWeights": {"1": 1.0}}
    client.update_alias(FunctionName=created.function, Name="live", RoutingConfig=weights)
    assert {versions.invoke_version(aws, created.function, "live")[1] for _ in range(5)} == {"1"}


def test_alias_and_version_share_sandboxes(aws: Aws) -> None:
    created = versions.create_versions(aws)
    by_alias, by_number = (versions.invoke_version(aws, created.function, name)[0] for name in ("live", "1"))
    assert by_alias["pid"] == by_number["pid"]
    assert by_alias["arn"] == created.live
    assert by_number["arn"] == f"{created.arn}:1"


def test_reserved_concurrency_applies_to_alias(aws: Aws) -> None:
    client, created = aws.client("lambda"), versions.create_versions(aws)
    client.put_function_concurrency(FunctionName=created.function, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=created.function, Qualifier="live")


def test_get_function_of_alias_returns_first_version(aws: Aws, halved: Versions) -> None:
    configuration = aws.client("lambda").get_function(FunctionName=halved.function, Qualifier="live")["Configuration"]
    assert configuration["FunctionArn"] == halved.live
    assert configuration["Version"] == "1"
