"""Log lines become metrics: CloudWatch User Guide, "Specification: Embedded metric format"."""

import json
import time
from typing import Any

import pytest

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, unique_name, wait_for

PRINTS = """
import json
def handler(event, context):
    print(json.dumps(event))
"""


def line(metric: str, value: Any, dimensions: list[list[str]], unit: str = "Seconds", **fields: Any) -> dict[str, Any]:
    directive = {"Namespace": "Lines", "Dimensions": dimensions, "Metrics": [{"Name": metric, "Unit": unit}]}
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}, metric: value, **fields}


def percentiles(aws: Aws, metric: str, dimensions: dict[str, str]) -> list[float | None]:
    return [metrics.read_statistic(aws, "Lines", metric, dimensions, name) for name in ("SampleCount", "p50", "p100")]


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_what_a_function_prints_is_measured(aws: Aws, log_format: str) -> None:
    function, metric = aws.create_function(PRINTS, LoggingConfig={"LogFormat": log_format}), unique_name("metric")
    aws.invoke(function, line(metric, [1, 2, 9.5], [["service"]], service="worker"))
    aws.invoke(function, line(metric, 4, [["service"]], service="worker"))
    wait_for(lambda: percentiles(aws, metric, {"service": "worker"}) == [4, 3, 9.5])


def test_each_set_of_dimensions_is_a_metric(aws: Aws) -> None:
    function, metric = aws.create_function(PRINTS), unique_name("metric")
    aws.invoke(function, line(metric, 1, [["service"], ["service", "code"], []], service="s", code="c"))
    for given in ({"service": "s"}, {"service": "s", "code": "c"}, {}):
        assert metrics.read_statistic(aws, "Lines", metric, given, "Sum") == 1


def test_any_log_group_may_have_them_beside_other_metrics(aws: Aws) -> None:
    logs, group, metric = aws.client("logs"), unique_name("group"), unique_name("metric")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line(metric, 2, [[]], unit="Count"))}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
    aws.client("cloudwatch").put_metric_data(Namespace="Lines", MetricData=[{"MetricName": metric, "Value": 5}])
    assert metrics.read_statistic(aws, "Lines", metric, {}, "Sum") == 7


@pytest.mark.parametrize(
    "spoilt",
    [
        {"_aws": {}},
        line("spoilt", "three", [[]]),
        line("spoilt", [1] * 101, [[]]),
        line("spoilt", 1, [["absent"]]),
        {**line("spoilt", 1, [[]]), "_aws": {"CloudWatchMetrics": "?"}},
    ],
)
def test_what_does_not_follow_the_format_is_only_a_line(aws: Aws, spoilt: dict[str, Any]) -> None:
    function = aws.create_function(PRINTS)
    assert aws.invoke(function, spoilt).error is None
    listed = aws.client("cloudwatch").list_metrics(Namespace="Lines", MetricName="spoilt")
    assert listed["Metrics"] == []
