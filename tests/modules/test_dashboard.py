"""modules/dashboard: places widgets in rows without overlap, below the alarms."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.support.terraform_root import Root

METRIC = {"namespace": "AWS/SQS", "name": "Age", "dimensions": {"QueueName": "images"}, "statistic": "Maximum"}
ALARM = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:dead"


def widget(title: str, **fields: Any) -> dict[str, Any]:
    return {"title": title, "metrics": {"oldest": METRIC}} | fields


@pytest.fixture(scope="module")
def dashboard(module: Callable[..., Root]) -> Root:
    return module("dashboard", name="sluice", alarms=[ALARM], rows=[[widget("Age")]])


@pytest.fixture(scope="module")
def widgets(dashboard: Root) -> list[dict[str, Any]]:
    rows = [[widget("a"), widget("b", searches=["SEARCH('x', 'Sum')"])], [widget("c"), widget("d"), widget("e")]]
    body = dashboard.plan(rows=rows).resources["aws_cloudwatch_dashboard.this"]["dashboard_body"]
    planned: list[dict[str, Any]] = json.loads(body)["widgets"]
    return planned


def test_metric_is_rendered_in_cloudwatch_syntax(widgets: list[dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    assert widgets[1]["properties"]["metrics"] == [
        ["AWS/SQS", "Age", "QueueName", "images", {"label": "oldest", "stat": "Maximum"}]
    ]
    assert widgets[2]["properties"]["metrics"][1] == [{"expression": "SEARCH('x', 'Sum')", "label": ""}]


def test_alarms_are_the_first_widget(widgets: list[dict[str, Any]]) -> None:
    assert widgets[0]["type"] == "alarm"
    assert widgets[0]["properties"]["alarms"] == [ALARM]


def test_widgets_fill_rows_without_overlap(widgets: list[dict[str, Any]]) -> None:
    covered = [
        cell
        for widget in widgets
        for cell in product(
            range(widget["x"], widget["x"] + widget["width"]), range(widget["y"], widget["y"] + widget["height"])
        )
    ]
    assert len(covered) == len(set(covered)) == 24 * (4 + 6 + 6)
    assert max(x for x, _ in covered) == 23


def test_invalid_dashboard_variables_fail_the_plan(dashboard: Root) -> None:
    error = dashboard.plan_error(name="has space", alarms=[], rows=[[widget("void", metrics={})], []])
    assert 'Invalid dashboard name "has space": use 1 to 255 letters' in error
    assert "The dashboard shows 0 alarms, but must show 1 to 100" in error
    assert "Each row must have 1 to 4 widgets" in error
    assert "Each widget needs a metric or a search, but these have none: void." in error
