"""What CloudWatch keeps and computes: "PutMetricData", "GetMetricData", "Using math expressions"."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, unique_name

SPACE = "Contract"


def put(
    aws: Aws, metric: str, value: float | None = None, dimensions: dict[str, str] | None = None, **more: Any
) -> None:
    named = metrics.identify_metric(SPACE, metric, dimensions or {})
    given = {key: named[key] for key in ("MetricName", "Dimensions")}
    value_given = {} if value is None else {"Value": value}
    aws.client("cloudwatch").put_metric_data(Namespace=SPACE, MetricData=[{**given, **value_given, **more}])


def stat(identity: str, metric: str, statistic: str = "Sum", period: int = metrics.DAY) -> dict[str, Any]:
    of = {"Metric": metrics.identify_metric(SPACE, metric, {}), "Period": period, "Stat": statistic}
    return {"Id": identity, "ReturnData": False, "MetricStat": of}


def test_a_set_of_dimensions_is_a_metric_of_its_own(aws: Aws) -> None:
    """ "Metrics that have the same name but different dimensions are treated as separate"."""
    name = unique_name("metric")
    put(aws, name, 1)
    put(aws, name, 2, {"a": "1"})
    put(aws, name, 4, {"a": "1", "b": "2"})
    found = [metrics.read_statistic(aws, SPACE, name, given, "Sum") for given in ({}, {"a": "1"}, {"b": "2", "a": "1"})]
    assert found == [1, 2, 4]
    assert metrics.read_statistic(aws, SPACE, name, {"b": "2"}, "Sum") is None


def test_values_with_counts_have_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    put(aws, name, Values=[1.0, 2.0, 10.0], Counts=[50.0, 45.0, 5.0], Unit="Seconds")
    put(aws, name, 100)
    found = {statistic: metrics.read_statistic(aws, SPACE, name, {}, statistic)
             for statistic in ("SampleCount", "Maximum", "p50", "p90", "p100")}  # fmt: skip
    assert found == {"SampleCount": 101, "Maximum": 100, "p50": 2, "p90": 2, "p100": 100}


def test_a_statistic_set_has_no_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    put(aws, name, StatisticValues={"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4})
    assert metrics.read_statistic(aws, SPACE, name, {}, "Average") == 2.5
    assert metrics.read_statistic(aws, SPACE, name, {}, "p50") is None


def test_many_different_values_keep_their_percentiles(aws: Aws) -> None:
    name = unique_name("metric")
    for start in range(0, 3000, 150):
        put(aws, name, Values=[1 + number / 1000 for number in range(start, start + 150)])
    assert metrics.read_statistic(aws, SPACE, name, {}, "p50") == pytest.approx(2.5, rel=0.01)
    assert metrics.read_statistic(aws, SPACE, name, {}, "SampleCount") == 3000


def test_expressions_are_computed(aws: Aws) -> None:
    errors, calls = unique_name("errors"), unique_name("calls")
    put(aws, errors, 1)
    put(aws, calls, 4)
    expressions = {
        "rate": "100 * e / c", "sum": "SUM([e, c])", "all": "SUM(METRICS())", "filled": "MAX([FILL(none, 7), c])",
        "chosen": "IF(c > 3 AND e == 1, c ^ 2, 0)",
    }  # fmt: skip
    asked = [{"Id": key, "Expression": expression} for key, expression in expressions.items()]
    found = metrics.read_data(aws, stat("e", errors), stat("c", calls), stat("none", "nothing"), *asked)
    assert {key: values[0] for key, values in found.items()} == {
        "rate": 25, "sum": 5, "all": 5, "filled": 7, "chosen": 16,
    }  # fmt: skip


def test_an_expression_that_cannot_be_computed_is_refused(aws: Aws) -> None:
    with pytest.raises(ClientError, match=r"ValidationError.*'m2'"):
        metrics.read_data(aws, stat("m1", "any"), {"Id": "e", "Expression": "m1 + m2"})


def test_the_newest_comes_first_unless_asked_otherwise(aws: Aws) -> None:
    """ "TimestampDescending ... is the default"."""
    name, now = unique_name("metric"), datetime.now(UTC)
    put(aws, name, 1, Timestamp=now - timedelta(minutes=3))
    put(aws, name, 2, Timestamp=now)
    query = {**stat("m", name, period=60), "ReturnData": True}
    assert metrics.read_data(aws, query)["m"] == [2, 1]
    assert metrics.read_data(aws, query, ScanBy="TimestampAscending")["m"] == [1, 2]


def test_metrics_are_listed_by_their_dimensions(aws: Aws) -> None:
    name = unique_name("metric")
    put(aws, name, 1, {"code": "a"})
    put(aws, name, 1, {"code": "b"})
    listed = aws.client("cloudwatch").list_metrics(Namespace=SPACE, MetricName=name, Dimensions=[{"Name": "code"}])
    assert sorted(metric["Dimensions"][0]["Value"] for metric in listed["Metrics"]) == ["a", "b"]
    one = aws.client("cloudwatch").list_metrics(MetricName=name, Dimensions=[{"Name": "code", "Value": "b"}])
    assert len(one["Metrics"]) == 1
