"""Logs Insights queries: CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax"."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ACCOUNT, Aws, unique_name

LINES: dict[str, list[Any]] = {
    "worker": [
        {"message": "Predicted", "id": "a", "seconds": 0.25, "model": "cats"},
        {"message": "Predicted", "id": "b", "seconds": 0.75, "model": "cats"},
        {"message": "Predicted", "id": "c", "seconds": 2, "model": "dogs", "steps": {"fetch": 1.5}},
        {"message": "Rejected", "id": "d", "code": "not_found", "model": "cats"},
        "no JSON at all",
    ],
    "classify": [
        {"message": "Rejected", "id": "e", "code": "not_found", "model": "dogs"},
        {"message": "Failed", "id": "a", "code": "out_of_time", "model": "cats", "tags": ["x", "y"]},
    ],
}


@pytest.fixture(scope="module")
def groups(aws: Aws) -> list[str]:
    """Log groups with LINES, one second apart."""
    logs, created, at = aws.client("logs"), [], int(time.time() * 1000) - 60_000
    for purpose, lines in LINES.items():
        group = unique_name(purpose)
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        events = []
        for line in lines:
            at += 1000
            events.append({"timestamp": at, "message": line if isinstance(line, str) else json.dumps(line)})
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
        created.append(group)
    return created


def run_query(aws: Aws, groups: list[str], query: str, **settings: Any) -> list[dict[str, str]]:
    """Run a query over the last five minutes and return its rows."""
    now = int(time.time())
    started = aws.client("logs").start_query(
        logGroupNames=groups, queryString=query, startTime=now - 300, endTime=now, **settings
    )
    results = aws.client("logs").get_query_results(queryId=started["queryId"])
    assert results["status"] == "Complete"
    return [{cell["field"]: cell["value"] for cell in row} for row in results["results"]]


def get_column(rows: list[dict[str, str]], name: str) -> list[str | None]:
    return [row.get(name) for row in rows]


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('id = "a"', "aa"),
        ('id = "a" or code = "not_found"', "adea"),
        ('message = "Predicted" and (seconds > 0.5 or model = "dogs")', "bc"),
        ('model != "cats" and ispresent(id)', "ce"),
        ("not ispresent(seconds) and id in ['d', 'e']", "de"),
        ("code like /^not_/", "de"),
        ("code like 'time'", "a"),
        ('code not like "time" and ispresent(code)', "de"),
        ('message not in ["Predicted", "Rejected"] and id like /./', "a"),
        ("steps.fetch >= 1.5", "c"),
        ("seconds * 1000 = 250", "a"),
        ("`tags.1` = 'y'", "a"),
        ("@message like /(?i)FAILED/", "a"),
        ("strcontains(@log, 'classify')", "ea"),
    ],
)
def test_filter_selects_events_by_fields(aws: Aws, groups: list[str], condition: str, ids: str) -> None:
    rows = run_query(aws, groups, f"fields id | filter {condition} | sort @timestamp asc")
    assert "".join(row["id"] for row in rows) == ids


def test_fields_command_selects_and_names_columns(aws: Aws, groups: list[str]) -> None:
    query = "fields @timestamp, @log, id, code, seconds as took\n# all of it\n| filter id = 'a' | sort @timestamp"
    first, second = run_query(aws, groups, query)
    assert list(first) == ["@timestamp", "@log", "id", "took"]
    assert first["@log"] == f"{ACCOUNT}:{groups[0]}"
    assert first["took"] == "0.25"
    assert second["code"] == "out_of_time"
    assert time.strptime(first["@timestamp"].split(".")[0], "%Y-%m-%d %H:%M:%S")


def test_query_without_fields_returns_newest_messages(aws: Aws, groups: list[str]) -> None:
    rows = run_query(aws, groups, "limit 2")
    assert [list(row) for row in rows] == [["@timestamp", "@message"]] * 2
    assert rows[0]["@timestamp"] > rows[1]["@timestamp"]
    assert len(run_query(aws, groups, "fields id", limit=3)) == 3


def test_stats_count_events_by_group(aws: Aws, groups: list[str]) -> None:
    query = "filter ispresent(model) | stats count(*) as images, count(seconds) as timed by model | sort images desc"
    assert run_query(aws, groups, query) == [
        {"model": "cats", "images": "4", "timed": "2"}, {"model": "dogs", "images": "2", "timed": "1"},
    ]  # fmt: skip


def test_stats_aggregate_numbers(aws: Aws, groups: list[str]) -> None:
    query = "stats avg(seconds) as mean, max(seconds), pct(seconds, 50) as half, count_distinct(model) as models"
    assert run_query(aws, groups, query) == [{"mean": "1", "max(seconds)": "2", "half": "0.75", "models": "2"}]


def test_stats_group_by_time_span(aws: Aws, groups: list[str]) -> None:
    rows = run_query(aws, groups, "stats count(*) as lines by bin(1d) as day | sort day")
    assert sum(int(row["lines"]) for row in rows) == 7
    assert rows[0]["day"].endswith(" 00:00:00.000")


def test_sort_puts_events_without_field_last(aws: Aws, groups: list[str]) -> None:
    rows = run_query(aws, groups, "fields id, seconds | filter ispresent(id) | sort seconds desc, id asc")
    assert get_column(rows, "id") == ["c", "b", "a", "a", "d", "e"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("fields id | parse @message '*' as x", "not 'parse'"),
        ("filter id = ", "expects a field"),
        ("filter id = 'a' fields id", r"expects '\|' or the end"),
        ("filter id like /(/", "is not a valid regular expression"),
        ("stats weather(id)", "another aggregate than weather"),
        ("filter weather(id)", "another function than weather"),
        ("filter strlen(id, id) = 1", "called wrongly"),
        ("stats count(*) by bin(5)", "a span such as 5m"),
        ("filter id = 'a", "a valid token"),
    ],
)
def test_invalid_query_is_rejected(aws: Aws, groups: list[str], query: str, message: str) -> None:
    with pytest.raises(ClientError, match=f"MalformedQueryException.*{message}"):
        run_query(aws, groups, query)


def test_query_of_missing_log_group_fails(aws: Aws) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        run_query(aws, ["absent"], "fields id")
