"""modules/function: a role of its own, logs that end, and a trigger that fails one message at a time."""

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


@pytest.fixture(scope="module")
def function(module: Callable[..., Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    return module("function", name="relay", artifact=artifact(tmp_path_factory.mktemp("zip") / "relay.zip"))


@pytest.fixture(scope="module")
def planned(function: Root) -> dict[str, dict[str, Any]]:
    return function.plan(
        trigger={"queue": RECEIVER, "maximum_concurrency": 7},
        uses={"OUTBOX": SENDER},
        settings={"MOOD": "calm"},
        log_days=14,
    ).resources


def artifact(path: Path) -> dict[str, str]:
    with ZipFile(path, "w") as zipped:
        zipped.writestr("handlers/relay.py", "def handler(event, context): ...\n")
    return {"path": str(path), "handler": "examples.relay.handler", "runtime": "python3.13", "architecture": "arm64"}


def test_code_finds_the_address_of_each_use_in_its_environment(planned: dict[str, dict[str, Any]]) -> None:
    variables = planned["aws_lambda_function.this"]["environment"][0]["variables"]
    assert variables["OUTBOX"] == "https://outbox"
    assert variables["MOOD"] == "calm"
    assert variables["POWERTOOLS_SERVICE_NAME"] == "relay"


def test_its_role_may_do_what_it_uses_and_no_more(planned: dict[str, dict[str, Any]]) -> None:
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


def test_logs_are_json_and_do_not_stay_forever(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["module.logs.aws_cloudwatch_log_group.this"]["retention_in_days"] == 14
    assert planned["aws_lambda_function.this"]["logging_config"][0]["log_format"] == "JSON"


def test_it_is_traced(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["aws_lambda_function.this"]["tracing_config"] == [{"mode": "Active"}]


def test_a_failed_message_goes_back_alone(planned: dict[str, dict[str, Any]]) -> None:
    mapping = planned['aws_lambda_event_source_mapping.this["queue"]']
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert mapping["scaling_config"] == [{"maximum_concurrency": 7}]
    assert mapping["event_source_arn"] == RECEIVER["address"]


def test_callers_call_an_alias_of_the_newest_version(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["aws_lambda_function.this"]["publish"] is True
    alias = planned["aws_lambda_alias.live"]
    assert alias["name"] == "live"
    assert "function_version" not in alias  # known once the function's new version is
    assert alias["routing_config"] == []
    assert (
        "function_name" not in planned['aws_lambda_event_source_mapping.this["queue"]']
    )  # the alias's ARN, not a name


def test_the_newest_version_gets_its_share_of_the_calls(function: Root) -> None:
    alias = function.plan(release={"share": 0.25, "stable": "7"}).resources["aws_lambda_alias.live"]
    assert alias["function_version"] == "7"
    assert "routing_config" not in alias  # its weights are known once the new version is


def test_snapshots_are_taken_only_when_asked_for(function: Root, planned: dict[str, dict[str, Any]]) -> None:
    assert planned["aws_lambda_function.this"]["snap_start"] == []
    asked = function.plan(snap_start=True).resources["aws_lambda_function.this"]
    assert asked["snap_start"][0]["apply_on"] == "PublishedVersions"


def test_what_cannot_be_is_said_at_plan(function: Root) -> None:
    refusal = function.refusal(
        name="has space",
        layers=["arn"] * 6,
        size={"memory": 64, "timeout": 901, "storage": 511},
        uses={"lower": SENDER, "LOGS": SENDER},
        trigger={"queue": RECEIVER, "maximum_concurrency": 1, "batch_size": 11, "batch_window": 301},
        release={"share": 1, "stable": "$LATEST"},
        log_days=8,
    )
    for sentence in (
        'The function\'s name "has space" must have 1 to 64 letters',
        "6 layers are too many: Lambda takes at most 5",
        "size.memory is 64 MB, but Lambda takes 128 to 10,240 MB",
        "size.timeout is 901 s, but Lambda takes 1 to 900 s",
        "size.storage is 511 MB, but Lambda takes 512 to 10,240 MB",
        "Each key of uses is an environment variable in capitals",
        "trigger.maximum_concurrency is 1, but SQS takes 2 to 1,000",
        "trigger.batch_window is 301 s, but must be 0 to 300 s",
        "release.share is 1, but must be between 0 and 1",
        'release.stable is "$LATEST", but must be the number of a published version',
        "log_days is 8, but CloudWatch keeps logs for",
    ):
        assert sentence in refusal


def test_what_lambda_would_refuse_late_is_refused_at_plan(function: Root, tmp_path: Path) -> None:
    old = artifact(tmp_path / "old.zip") | {"runtime": "python3.11"}
    refusal = function.refusal(artifact=old, snap_start=True)
    assert "Lambda takes snapshots from Python 3.12 on, and relay is built for python3.11" in refusal
    refusal = function.refusal(size={"storage": 1024}, snap_start=True)
    assert "no snapshot with more than 512 MB of /tmp, and size.storage is 1024 MB" in refusal
    for long in ("x" * 4096, '"' * 2048):  # Lambda counts JSON, where a quote has a backslash
        refusal = function.refusal(settings={"LONG": long})
        assert "relay is longer than the 4,096 characters that Lambda takes: as JSON it has 4" in refusal


def test_a_large_batch_needs_a_window(function: Root) -> None:
    assert "trigger.batch_size is 11" in function.refusal(trigger={"queue": RECEIVER, "batch_size": 11})
