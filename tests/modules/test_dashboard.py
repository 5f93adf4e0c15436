"""modules/dashboard: sights become panels that lie beside and below each other, and none covers another."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.support.terraform_root import Root

SIGHT = {"namespace": "AWS/SQS", "metric": "Age", "dimensions": {"QueueName": "images"}, "statistic": "Maximum"}
ALARM = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:dead"


def panel(title: str, **fields: Any) -> dict[str, Any]:
    return {"title": title, "sights": {"oldest": SIGHT}} | fields


@pytest.fixture(scope="module")
def dashboard(module: Callable[..., Root]) -> Root:
    return module("dashboard", name="sluice", alarms=[ALARM], rows=[[panel("Age")]])


@pytest.fixture(scope="module")
def widgets(dashboard: Root) -> list[dict[str, Any]]:
    rows = [[panel("a"), panel("b", searches=["SEARCH('x', 'Sum')"])], [panel("c"), panel("d"), panel("e")]]
    body = dashboard.plan(rows=rows).resources["aws_cloudwatch_dashboard.this"]["dashboard_body"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_a_sight_is_a_line_as_cloudwatch_wants_it(widgets: list[dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    assert widgets[1]["properties"]["metrics"] == [
        ["AWS/SQS", "Age", "QueueName", "images", {"label": "oldest", "stat": "Maximum"}]
    ]
    assert widgets[2]["properties"]["metrics"][1] == [{"expression": "SEARCH('x', 'Sum')", "label": ""}]


def test_the_alarms_come_first(widgets: list[dict[str, Any]]) -> None:
    assert (widgets[0]["type"], widgets[0]["properties"]["alarms"]) == ("alarm", [ALARM])


def test_panels_fill_the_rows_and_none_covers_another(widgets: list[dict[str, Any]]) -> None:
    covered = [
        place
        for widget in widgets
        for place in product(
            range(widget["x"], widget["x"] + widget["width"]), range(widget["y"], widget["y"] + widget["height"])
        )
    ]
    assert len(covered) == len(set(covered)) == 24 * (4 + 6 + 6)
    assert max(x for x, _ in covered) == 23


def test_what_cannot_be_is_said_at_plan(dashboard: Root) -> None:
    refusal = dashboard.refusal(name="has space", alarms=[], rows=[[panel("void", sights={})], []])
    assert 'The dashboard\'s name "has space" must have 1 to 255 letters' in refusal
    assert "is to show 0 alarms, but must show 1 to 100" in refusal
    assert "Each row must have 1 to 4 panels" in refusal
    assert "A panel without anything to show: void." in refusal
