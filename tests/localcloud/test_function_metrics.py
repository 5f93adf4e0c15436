"""What Lambda counts: Lambda Developer Guide, "Using CloudWatch metrics with Lambda"."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.localcloud import apis, metrics, state_machines, versions
from tests.support.localcloud.aws import Aws, wait_for


def total(aws: Aws, metric: str, **dimensions: str) -> float:
    now = datetime.now(UTC)
    found = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda", MetricName=metric, Statistics=["Sum"], Period=60,
        StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=1),
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )  # fmt: skip
    return float(sum(point["Sum"] for point in found["Datapoints"]))


def test_an_invocation_counts_once_whoever_makes_it(aws: Aws) -> None:
    api = apis.create_api(aws, versions.source_code("counted"))
    function, queue = api.function, aws.create_queue()
    aws.invoke(function)
    aws.client("lambda").invoke(FunctionName=function, InvocationType="Event")
    aws.map_queue(queue, function)
    aws.send_messages(queue, "one")
    apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    state_machines.run_for_output(aws, state_machines.chain(Task=state_machines.call_function(function)))
    wait_for(lambda: total(aws, "Invocations", FunctionName=function) >= 5)
    assert total(aws, "Invocations", FunctionName=function) == 5


def test_errors_count_wherever_they_happen(aws: Aws) -> None:
    function = aws.create_function("def handler(event, context): raise ValueError('bad')")
    state_machines.run_machine(aws, state_machines.chain(Task=state_machines.call_function(function)))
    aws.invoke(function)
    assert total(aws, "Errors", FunctionName=function) == 2
    assert total(aws, "Invocations", FunctionName=function) == 2


def test_versions_of_an_alias_count_by_themselves(aws: Aws) -> None:
    """ "ExecutedVersion: compare error rates for two versions of a function that are both targets of an alias"."""
    made = versions.create_versions(aws, share=1.0)
    for _ in range(3):
        versions.invoke_version(aws, made.function, "live")
    versions.invoke_version(aws, made.function, "1")
    live = {"FunctionName": made.function, "Resource": f"{made.function}:live"}
    assert total(aws, "Invocations", **live) == 3
    assert total(aws, "Invocations", **live, ExecutedVersion="2") == 3
    assert total(aws, "Invocations", **live, ExecutedVersion="1") == 0
    assert total(aws, "Invocations", FunctionName=made.function, Resource=f"{made.function}:1") == 1
    assert total(aws, "Invocations", FunctionName=made.function) == 4


def test_a_throttled_invocation_is_not_one(aws: Aws) -> None:
    """ "Invocation requests that are throttled ... don't count as Invocations or Errors"."""
    function, client = aws.create_function(versions.source_code("throttled")), aws.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=function)
    counted = {metric: total(aws, metric, FunctionName=function) for metric in ("Throttles", "Invocations")}
    assert counted == {"Throttles": 1, "Invocations": 0}


SLEEPS = """
import time
time.sleep(0.5)
def handler(event, context): time.sleep(event)
"""


def test_a_duration_does_not_include_the_start(aws: Aws) -> None:
    """ "The amount of time that your function code spends processing an event"; the start is told in the log."""
    function = aws.create_function(SLEEPS, LoggingConfig={"LogFormat": "JSON"})
    for seconds in (0.3, 0, 0):
        aws.invoke(function, seconds)
    named = {"FunctionName": function}
    duration = {
        name: metrics.read_statistic(aws, "AWS/Lambda", "Duration", named, name) or 0.0 for name in ("p50", "p100")
    }
    assert 300 <= duration["p100"] < 500
    assert duration["p50"] < 300
    reports = [json.loads(line["message"]) for line in aws.read_log(function) if "platform.report" in line["message"]]
    starts = [report["record"]["metrics"].get("initDurationMs") for report in reports]
    assert starts[0] >= 500
    assert starts[1:] == [None, None]


def test_what_runs_at_once_is_measured(aws: Aws) -> None:
    function = aws.create_function(SLEEPS)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: aws.invoke(function, 1), range(2)))
    found = metrics.read_statistic(aws, "AWS/Lambda", "ConcurrentExecutions", {"FunctionName": function}, "Maximum")
    assert found == 2
