"""modules/alarm: watches a metric, notifies a topic at start and end, and treats no data as no errors."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms"
METRIC = {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": "worker"}, "statistic": "Sum"}


@pytest.fixture(scope="module")
def alarm(module: Callable[..., Root]) -> Root:
    return module("alarm", name="errors", description="It broke.", metric=METRIC, threshold=0, topic_arn=TOPIC)


@pytest.fixture(scope="module")
def planned(alarm: Root) -> dict[str, Any]:
    plan = alarm.plan(threshold=3, period=120, evaluation_periods=2)
    return plan.resources["aws_cloudwatch_metric_alarm.this"]


def test_alarm_watches_the_given_metric(planned: dict[str, Any]) -> None:
    assert planned["namespace"] == "AWS/Lambda"
    assert planned["metric_name"] == "Errors"
    assert planned["dimensions"] == {"FunctionName": "worker"}
    assert planned["statistic"] == "Sum"


def test_alarm_starts_above_threshold_for_all_periods(planned: dict[str, Any]) -> None:
    assert planned["comparison_operator"] == "GreaterThanThreshold"
    assert planned["threshold"] == 3
    assert planned["period"] == 120
    assert planned["evaluation_periods"] == 2
    assert planned["treat_missing_data"] == "notBreaching"


def test_alarm_notifies_topic_at_start_and_end(planned: dict[str, Any]) -> None:
    assert planned["alarm_actions"] == planned["ok_actions"] == [TOPIC]


def test_invalid_alarm_variables_fail_the_plan(alarm: Root) -> None:
    assert 'Invalid alarm name "has space": use 1 to 255 letters' in alarm.plan_error(name="has space")
    error = alarm.plan_error(description="x" * 1025, metric=METRIC | {"statistic": "p50"}, threshold=-1, period=3601)
    assert "has 1025 characters, but must have 1 to 1,024" in error
    assert "The statistic of errors is p50, but must be Average, Maximum" in error
    assert "The threshold of errors is -1, but must be at least 0: counts and durations are never negative" in error
    assert "is 3601 s, but must be a multiple of 60 s" in error
