"""An alarm is what PutMetricAlarm was given, no less and no more: "MetricAlarm" in the CloudWatch API Reference."""

from tests.localcloud.test_alarm_evaluation import alarm, described
from tests.support.localcloud.aws import Aws

METRIC = {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "a", "Value": "b"}]}
QUERIES = [
    {"Id": "m", "ReturnData": False, "MetricStat": {"Metric": METRIC, "Period": 300, "Stat": "p99"}},
    {"Id": "e", "ReturnData": True, "Expression": "FILL(m, 0)", "Label": "filled"},
]


def test_metric_math_is_kept(aws: Aws) -> None:
    found = described(aws, alarm(aws, Metrics=QUERIES))
    assert found["Metrics"] == QUERIES
    assert found.keys().isdisjoint({"Statistic", "Period", "MetricName"})


def test_a_percentile_is_no_statistic(aws: Aws) -> None:
    found = described(aws, alarm(aws, **METRIC, ExtendedStatistic="p95", Period=60))
    assert "Statistic" not in found
    assert found["ExtendedStatistic"] == "p95"
