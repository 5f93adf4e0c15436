"""CloudWatch alarms of the contract tests."""

from typing import Any

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, unique_name, wait_for


def create_alarm(aws: Aws, **settings: Any) -> str:
    """Create an alarm that breaches above 0 unless the settings say otherwise; return its name."""
    name = unique_name("alarm")
    defaults = {"EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching"}  # fmt: skip
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **{**defaults, **settings})
    return name


def create_metric_alarm(aws: Aws, namespace: str, metric: str, dimensions: dict[str, str], **settings: Any) -> str:
    """Create an alarm on the maximum of a metric in a minute; return its name."""
    identity = metrics.identify_metric(namespace, metric, dimensions)
    return create_alarm(aws, **{"Statistic": "Maximum", "Period": 60, **identity, **settings})


def describe_alarm(aws: Aws, name: str) -> dict[str, Any]:
    """Return an alarm as DescribeAlarms describes it."""
    alarm: dict[str, Any] = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    return alarm


def wait_for_state(aws: Aws, name: str, state: str) -> dict[str, Any]:
    """Wait until an alarm has a state; return its description."""

    def describe_in_state() -> Any:
        alarm = describe_alarm(aws, name)
        return alarm["StateValue"] == state and alarm

    alarm: dict[str, Any] = wait_for(describe_in_state)
    return alarm


def read_alarm_history(aws: Aws, name: str, item_type: str) -> list[dict[str, Any]]:
    """Return the history items of an alarm of one type, newest first."""
    response = aws.client("cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType=item_type)
    items: list[dict[str, Any]] = response["AlarmHistoryItems"]
    return items
