"""Metrics are stored and computed.

CloudWatch API Reference, "PutMetricData" and "GetMetricData"; CloudWatch User Guide, "Using math expressions" and
"Specification: Embedded metric format"; Service Authorization Reference, "Amazon CloudWatch".
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, allow, unique_name, wait_for

NAMESPACE = "Contract"


def put_metric(
    aws: Aws, metric: str, value: float | None = None, dimensions: dict[str, str] | None = None, **more: Any
) -> None:
    identity = metrics.identify_metric(NAMESPACE, metric, dimensions or {})
    datum = {key: identity[key] for key in ("MetricName", "Dimensions")} | more
    if value is not None:
        datum["Value"] = value
    aws.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])


def metric_query(query_id: str, metric: str, statistic: str = "Sum", period: int = metrics.DAY) -> dict[str, Any]:
    stat = {"Metric": metrics.identify_metric(NAMESPACE, metric, {}), "Period": period, "Stat": statistic}
    return {"Id": query_id, "ReturnData": False, "MetricStat": stat}


def test_each_set_of_dimensions_is_separate_metric(aws: Aws) -> None:
    """ "Metrics that have the same name but different dimensions are treated as separate"."""
    name = unique_name("metric")
    put_metric(aws, name, 1)
    put_metric(aws, name, 2, {"a": "1"})
    put_metric(aws, name, 4, {"a": "1", "b": "2"})
    assert metrics.read_statistic(aws, NAMESPACE, name, {}, "Sum") == 1
    assert metrics.read_statistic(aws, NAMESPACE, name, {"a": "1"}, "Sum") == 2
    assert metrics.read_statistic(aws, NAMESPACE, name, {"b": "2", "a": "1"}, "Sum") == 4
    assert metrics.read_statistic(aws, NAMESPACE, name, {"b": "2"}, "Sum") is None


def test_values_with_counts_have_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    put_metric(aws, name, Values=[1.0, 2.0, 10.0], Counts=[50.0, 45.0, 5.0], Unit="Seconds")
    put_metric(aws, name, 100)
    statistics = {statistic: metrics.read_statistic(aws, NAMESPACE, name, {}, statistic)
             for statistic in ("SampleCount", "Maximum", "p50", "p90", "p100")}  # fmt: skip
    assert statistics == {"SampleCount": 101, "Maximum": 100, "p50": 2, "p90": 2, "p100": 100}


def test_statistic_set_has_no_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    put_metric(aws, name, StatisticValues={"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4})
    assert metrics.read_statistic(aws, NAMESPACE, name, {}, "Average") == 2.5
    assert metrics.read_statistic(aws, NAMESPACE, name, {}, "p50") is None


def test_many_distinct_values_keep_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    for start in range(0, 3000, 150):
        put_metric(aws, name, Values=[1 + number / 1000 for number in range(start, start + 150)])
    assert metrics.read_statistic(aws, NAMESPACE, name, {}, "p50") == pytest.approx(2.5, rel=0.01)
    assert metrics.read_statistic(aws, NAMESPACE, name, {}, "SampleCount") == 3000


def test_metric_math_is_computed(aws: Aws) -> None:
    errors, calls = unique_name("errors"), unique_name("calls")
    put_metric(aws, errors, 1)
    put_metric(aws, calls, 4)
    expressions = {
        "rate": "100 * e / c", "sum": "SUM([e, c])", "all": "SUM(METRICS())", "filled": "MAX([FILL(none, 7), c])",
        "chosen": "IF(c > 3 AND e == 1, c ^ 2, 0)",
    }  # fmt: skip
    queries = [{"Id": key, "Expression": expression} for key, expression in expressions.items()]
    data = metrics.read_data(
        aws, metric_query("e", errors), metric_query("c", calls), metric_query("none", "nothing"), *queries
    )
    assert {key: values[0] for key, values in data.items()} == {
        "rate": 25, "sum": 5, "all": 5, "filled": 7, "chosen": 16,
    }  # fmt: skip


def test_metric_math_with_unknown_id_is_rejected(aws: Aws) -> None:
    with pytest.raises(ClientError, match=r"ValidationError.*'m2'"):
        metrics.read_data(aws, metric_query("m1", "any"), {"Id": "e", "Expression": "m1 + m2"})


def test_metric_data_is_newest_first_by_default(aws: Aws) -> None:
    """ "TimestampDescending ... is the default"."""
    name, now = unique_name("metric"), datetime.now(UTC)
    put_metric(aws, name, 1, Timestamp=now - timedelta(minutes=3))
    put_metric(aws, name, 2, Timestamp=now)
    query = {**metric_query("m", name, period=60), "ReturnData": True}
    assert metrics.read_data(aws, query)["m"] == [2, 1]
    assert metrics.read_data(aws, query, ScanBy="TimestampAscending")["m"] == [1, 2]


def test_list_metrics_filters_by_dimension(aws: Aws) -> None:
    name = unique_name("metric")
    put_metric(aws, name, 1, {"code": "a"})
    put_metric(aws, name, 1, {"code": "b"})
    listed = aws.client("cloudwatch").list_metrics(Namespace=NAMESPACE, MetricName=name, Dimensions=[{"Name": "code"}])
    assert sorted(metric["Dimensions"][0]["Value"] for metric in listed["Metrics"]) == ["a", "b"]
    filtered = aws.client("cloudwatch").list_metrics(MetricName=name, Dimensions=[{"Name": "code", "Value": "b"}])
    assert len(filtered["Metrics"]) == 1


PRINT_EVENT = """
import json
def handler(event, context):
    print(json.dumps(event))
"""


def embedded_line(
    metric: str, value: Any, dimensions: list[list[str]], unit: str = "Seconds", **fields: Any
) -> dict[str, Any]:
    directive = {"Namespace": "Lines", "Dimensions": dimensions, "Metrics": [{"Name": metric, "Unit": unit}]}
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}, metric: value, **fields}


def read_percentiles(aws: Aws, metric: str, dimensions: dict[str, str]) -> list[float | None]:
    return [metrics.read_statistic(aws, "Lines", metric, dimensions, name) for name in ("SampleCount", "p50", "p100")]


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_embedded_metrics_of_function_are_recorded(aws: Aws, log_format: str) -> None:
    function, metric = aws.create_function(PRINT_EVENT, LoggingConfig={"LogFormat": log_format}), unique_name("metric")
    aws.invoke(function, embedded_line(metric, [1, 2, 9.5], [["service"]], service="worker"))
    aws.invoke(function, embedded_line(metric, 4, [["service"]], service="worker"))
    wait_for(lambda: read_percentiles(aws, metric, {"service": "worker"}) == [4, 3, 9.5])


def test_embedded_metric_is_recorded_per_dimension_set(aws: Aws) -> None:
    function, metric = aws.create_function(PRINT_EVENT), unique_name("metric")
    aws.invoke(function, embedded_line(metric, 1, [["service"], ["service", "code"], []], service="s", code="c"))
    for dimensions in ({"service": "s"}, {"service": "s", "code": "c"}, {}):
        assert metrics.read_statistic(aws, "Lines", metric, dimensions, "Sum") == 1


def test_embedded_metrics_of_any_log_group_are_recorded(aws: Aws) -> None:
    logs, group, metric = aws.client("logs"), unique_name("group"), unique_name("metric")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(embedded_line(metric, 2, [[]], unit="Count"))}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
    aws.client("cloudwatch").put_metric_data(Namespace="Lines", MetricData=[{"MetricName": metric, "Value": 5}])
    assert metrics.read_statistic(aws, "Lines", metric, {}, "Sum") == 7


@pytest.mark.parametrize(
    "invalid",
    [
        {"_aws": {}},
        embedded_line("invalid", "three", [[]]),
        embedded_line("invalid", [1] * 101, [[]]),
        embedded_line("invalid", 1, [["absent"]]),
        {**embedded_line("invalid", 1, [[]]), "_aws": {"CloudWatchMetrics": "?"}},
    ],
)
def test_invalid_embedded_metric_is_ignored(aws: Aws, invalid: dict[str, Any]) -> None:
    function = aws.create_function(PRINT_EVENT)
    assert aws.invoke(function, invalid).error is None
    listed = aws.client("cloudwatch").list_metrics(Namespace="Lines", MetricName="invalid")
    assert listed["Metrics"] == []


METRICS = [{"MetricName": "Counted", "Value": 1.0}]


def test_namespace_condition_limits_put_metric_data(aws: Aws) -> None:
    own = {"StringEquals": {"cloudwatch:namespace": "Own"}}
    client = aws.client("cloudwatch", aws.create_user({**allow("cloudwatch:PutMetricData"), "Condition": own}))
    for namespace in ("Other", "Own/Other"):
        with pytest.raises(ClientError, match="cloudwatch:PutMetricData"):
            client.put_metric_data(Namespace=namespace, MetricData=METRICS)
    client.put_metric_data(Namespace="Own", MetricData=METRICS)
    listed = aws.client("cloudwatch").list_metrics(MetricName="Counted")["Metrics"]
    assert {metric["Namespace"] for metric in listed} == {"Own"}


def test_namespace_condition_denies_other_actions(aws: Aws) -> None:
    own = {"StringEquals": {"cloudwatch:namespace": "Own"}}
    client = aws.client("cloudwatch", aws.create_user({**allow("cloudwatch:*"), "Condition": own}))
    now = datetime.now(UTC)
    period = {"StartTime": now - timedelta(hours=1), "EndTime": now, "Period": 60, "Statistics": ["Sum"]}
    with pytest.raises(ClientError, match="cloudwatch:GetMetricStatistics"):
        client.get_metric_statistics(Namespace="Own", MetricName="Counted", **period)
