"""modules/alarm: goes off above a number, says so and says when it is over, and silence is no alarm."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms"
SIGHT = {"namespace": "AWS/Lambda", "metric": "Errors", "dimensions": {"FunctionName": "worker"}, "statistic": "Sum"}


@pytest.fixture(scope="module")
def alarm(module: Callable[..., Root]) -> Root:
    return module("alarm", name="errors", description="It broke.", sight=SIGHT, above=0, topic=TOPIC)


@pytest.fixture(scope="module")
def planned(alarm: Root) -> dict[str, Any]:
    return alarm.plan(above=3, period=120, periods=2).resources["aws_cloudwatch_metric_alarm.this"]


def test_it_watches_the_sight_as_the_resource_gives_it(planned: dict[str, Any]) -> None:
    assert {name: planned[name] for name in ("namespace", "metric_name", "dimensions", "statistic")} == {
        "namespace": "AWS/Lambda",
        "metric_name": "Errors",
        "dimensions": {"FunctionName": "worker"},
        "statistic": "Sum",
    }


def test_it_goes_off_above_the_number_for_so_many_periods(planned: dict[str, Any]) -> None:
    assert (planned["comparison_operator"], planned["threshold"]) == ("GreaterThanThreshold", 3)
    assert (planned["period"], planned["evaluation_periods"]) == (120, 2)
    assert planned["treat_missing_data"] == "notBreaching"


def test_it_tells_when_it_begins_and_when_it_ends(planned: dict[str, Any]) -> None:
    assert planned["alarm_actions"] == planned["ok_actions"] == [TOPIC]


def test_what_cannot_be_is_said_at_plan(alarm: Root) -> None:
    assert 'The alarm\'s name "has space" must have 1 to 255 letters' in alarm.refusal(name="has space")
    refusal = alarm.refusal(description="x" * 1025, sight=SIGHT | {"statistic": "p50"}, above=-1, period=3601)
    assert "has 1025 characters, but must have 1 to 1,024" in refusal
    assert "watches the statistic p50, but must watch Average, Maximum" in refusal
    assert "is to go off above -1, but counts and seconds are never below 0" in refusal
    assert "is 3601 s, but must be whole minutes" in refusal
