"""Metrics of functions: Lambda Developer Guide, "Using CloudWatch metrics with Lambda"."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.localcloud import apis, metrics, state_machines, versions
from tests.support.localcloud.aws import Aws, wait_for


def read_sum(aws: Aws, metric: str, **dimensions: str) -> float:
    now = datetime.now(UTC)
    statistics = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda", MetricName=metric, Statistics=["Sum"], Period=60,
        StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=1),
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )  # fmt: skip
    return float(sum(point["Sum"] for point in statistics["Datapoints"]))


def test_invocation_by_any_caller_counts_once(aws: Aws) -> None:
    api = apis.create_api(aws, versions.source_code("counted"))
    function, queue = api.function, aws.create_queue()
    aws.invoke(function)
    aws.client("lambda").invoke(FunctionName=function, InvocationType="Event")
    aws.map_queue(queue, function)
    aws.send_messages(queue, "one")
    apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    state_machines.run_for_output(aws, state_machines.chain(Task=state_machines.call_function(function)))
    wait_for(lambda: read_sum(aws, "Invocations", FunctionName=function) >= 5)
    assert read_sum(aws, "Invocations", FunctionName=function) == 5


def test_errors_by_any_caller_are_counted(aws: Aws) -> None:
    function = aws.create_function("def handler(event, context): raise ValueError('bad')")
    state_machines.run_machine(aws, state_machines.chain(Task=state_machines.call_function(function)))
    aws.invoke(function)
    assert read_sum(aws, "Errors", FunctionName=function) == 2
    assert read_sum(aws, "Invocations", FunctionName=function) == 2


def test_alias_versions_are_counted_separately(aws: Aws) -> None:
    """ "ExecutedVersion: compare error rates for two versions of a function that are both targets of an alias"."""
    created = versions.create_versions(aws, share=1.0)
    for _ in range(3):
        versions.invoke_version(aws, created.function, "live")
    versions.invoke_version(aws, created.function, "1")
    live = {"FunctionName": created.function, "Resource": f"{created.function}:live"}
    assert read_sum(aws, "Invocations", **live) == 3
    assert read_sum(aws, "Invocations", **live, ExecutedVersion="2") == 3
    assert read_sum(aws, "Invocations", **live, ExecutedVersion="1") == 0
    assert read_sum(aws, "Invocations", FunctionName=created.function, Resource=f"{created.function}:1") == 1
    assert read_sum(aws, "Invocations", FunctionName=created.function) == 4


def test_throttled_invocation_is_not_counted(aws: Aws) -> None:
    """ "Invocation requests that are throttled ... don't count as Invocations or Errors"."""
    function, client = aws.create_function(versions.source_code("throttled")), aws.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=function)
    counts = {metric: read_sum(aws, metric, FunctionName=function) for metric in ("Throttles", "Invocations")}
    assert counts == {"Throttles": 1, "Invocations": 0}


SLEEP = """
import time
time.sleep(0.5)
def handler(event, context): time.sleep(event)
"""


def test_duration_excludes_init(aws: Aws) -> None:
    """ "The amount of time that your function code spends processing an event"; the log reports the init duration."""
    function = aws.create_function(SLEEP, LoggingConfig={"LogFormat": "JSON"})
    for seconds in (0.3, 0, 0):
        aws.invoke(function, seconds)
    dimensions = {"FunctionName": function}
    duration = {
        name: metrics.read_statistic(aws, "AWS/Lambda", "Duration", dimensions, name) or 0.0 for name in ("p50", "p100")
    }
    assert 300 <= duration["p100"] < 500
    assert duration["p50"] < 300
    reports = [json.loads(line["message"]) for line in aws.read_log(function) if "platform.report" in line["message"]]
    init_durations = [report["record"]["metrics"].get("initDurationMs") for report in reports]
    assert init_durations[0] >= 500
    assert init_durations[1:] == [None, None]


def test_concurrent_executions_are_recorded(aws: Aws) -> None:
    function = aws.create_function(SLEEP)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: aws.invoke(function, 1), range(2)))
    dimensions = {"FunctionName": function}
    assert metrics.read_statistic(aws, "AWS/Lambda", "ConcurrentExecutions", dimensions, "Maximum") == 2
