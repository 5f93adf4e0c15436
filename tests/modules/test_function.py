"""modules/function: own role, log retention, canary alias, and a trigger that retries failed messages one by one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.terraform_root import Root

RECEIVER = {
    "address": "arn:aws:sqs:us-east-1:000000000000:inbox",
    "permissions": [{"actions": ["sqs:ReceiveMessage"], "resources": ["arn:aws:sqs:us-east-1:000000000000:inbox"]}],
}
SENDER = {"address": "https://outbox", "permissions": [{"actions": ["sqs:SendMessage"], "resources": ["arn:outbox"]}]}
FUNCTION = "aws_lambda_function.this"
ALIAS = "aws_lambda_alias.live"
TRIGGER = 'aws_lambda_event_source_mapping.this["queue"]'


def write_artifact(path: Path) -> dict[str, str]:
    with ZipFile(path, "w") as archive:
        archive.writestr("handlers/relay.py", "def handler(event, context): ...\n")
    return {"path": str(path), "handler": "examples.relay.handler", "runtime": "python3.13", "architecture": "arm64"}


@pytest.fixture(scope="module")
def function(module: Callable[..., Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    return module("function", name="relay", artifact=write_artifact(tmp_path_factory.mktemp("zip") / "relay.zip"))


@pytest.fixture(scope="module")
def planned(function: Root) -> dict[str, dict[str, Any]]:
    return function.plan(
        trigger={"queue": RECEIVER, "maximum_concurrency": 7},
        uses={"OUTBOX": SENDER},
        settings={"LEVEL": "high"},
        log_days=14,
    ).resources


def test_environment_has_addresses_and_settings(planned: dict[str, dict[str, Any]]) -> None:
    variables = planned[FUNCTION]["environment"][0]["variables"]
    assert variables["OUTBOX"] == "https://outbox"
    assert variables["LEVEL"] == "high"
    assert variables["POWERTOOLS_SERVICE_NAME"] == "relay"


def test_role_has_only_the_permissions_of_uses(planned: dict[str, dict[str, Any]]) -> None:
    policies = {
        address.split('"')[1]: {
            action for statement in json.loads(values["policy"])["Statement"] for action in statement["Action"]
        }
        for address, values in planned.items()
        if "aws_iam_role_policy" in address and "policy" in values
    }
    assert policies["OUTBOX"] == {"sqs:SendMessage"}
    assert policies["TRIGGER"] == {"sqs:ReceiveMessage"}
    assert policies["TRACES"] == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
    assert planned.keys() >= {'module.role.aws_iam_role_policy.grants["LOGS"]'}  # its resource is known after apply


def test_logs_are_json_and_expire(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["module.logs.aws_cloudwatch_log_group.this"]["retention_in_days"] == 14
    assert planned[FUNCTION]["logging_config"][0]["log_format"] == "JSON"


def test_function_is_traced(planned: dict[str, dict[str, Any]]) -> None:
    assert planned[FUNCTION]["tracing_config"] == [{"mode": "Active"}]


def test_trigger_reports_failures_per_message(planned: dict[str, dict[str, Any]]) -> None:
    trigger = planned[TRIGGER]
    assert trigger["function_response_types"] == ["ReportBatchItemFailures"]
    assert trigger["scaling_config"] == [{"maximum_concurrency": 7}]
    assert trigger["event_source_arn"] == RECEIVER["address"]


def test_alias_points_to_the_newest_version(planned: dict[str, dict[str, Any]]) -> None:
    assert planned[FUNCTION]["publish"] is True
    alias = planned[ALIAS]
    assert alias["name"] == "live"
    assert "function_version" not in alias  # known once the new version is published
    assert alias["routing_config"] == []
    assert "function_name" not in planned[TRIGGER]  # the ARN of the alias, not a name


def test_canary_keeps_alias_at_stable_version(function: Root) -> None:
    alias = function.plan(canary={"traffic_share": 0.25, "stable_version": "7"}).resources[ALIAS]
    assert alias["function_version"] == "7"
    assert "routing_config" not in alias  # its weights are known once the new version is published


def test_snap_start_is_off_by_default(function: Root, planned: dict[str, dict[str, Any]]) -> None:
    assert planned[FUNCTION]["snap_start"] == []
    snap_start = function.plan(snap_start=True).resources[FUNCTION]["snap_start"]
    assert snap_start[0]["apply_on"] == "PublishedVersions"


def test_invalid_function_variables_fail_the_plan(function: Root) -> None:
    error = function.plan_error(
        name="has space",
        layers=["arn"] * 6,
        size={"memory": 64, "timeout": 901, "storage": 511},
        uses={"lower": SENDER, "LOGS": SENDER},
        trigger={"queue": RECEIVER, "maximum_concurrency": 1, "batch_size": 11, "batch_window": 301},
        canary={"traffic_share": 1, "stable_version": "$LATEST"},
        log_days=8,
    )
    for message in (
        'Invalid function name "has space": use 1 to 64 letters',
        "The function has 6 layers, but Lambda accepts at most 5",
        "size.memory is 64 MB, but Lambda accepts 128 to 10,240 MB",
        "size.timeout is 901 s, but Lambda accepts 1 to 900 s",
        "size.storage is 511 MB, but Lambda accepts 512 to 10,240 MB",
        "Each key of uses must be an environment variable in capitals",
        "trigger.maximum_concurrency is 1, but SQS accepts 2 to 1,000",
        "trigger.batch_window is 301 s, but must be 0 to 300 s",
        "canary.traffic_share is 1, but must be between 0 and 1",
        'canary.stable_version is "$LATEST", but must be the number of a published version',
        "log_days is 8, but CloudWatch accepts only",
    ):
        assert message in error


def test_lambda_limits_fail_the_plan(function: Root, tmp_path: Path) -> None:
    old = write_artifact(tmp_path / "old.zip") | {"runtime": "python3.11"}
    error = function.plan_error(artifact=old, snap_start=True)
    assert "relay is built for python3.11, but snap_start needs Python 3.12 or later" in error
    error = function.plan_error(size={"storage": 1024}, snap_start=True)
    assert "size.storage is 1024 MB, but snap_start allows at most 512 MB of /tmp" in error
    for long in ("x" * 4096, '"' * 2048):  # Lambda counts JSON, in which a quote has a backslash
        error = function.plan_error(settings={"LONG": long})
        assert "The environment of relay has 4" in error
        assert "characters as JSON, but Lambda accepts at most 4,096" in error


def test_large_batch_without_window_is_rejected(function: Root) -> None:
    assert "trigger.batch_size is 11" in function.plan_error(trigger={"queue": RECEIVER, "batch_size": 11})
