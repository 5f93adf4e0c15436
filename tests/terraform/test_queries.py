"""Saved queries over log lines as Lambda writes them. The journeys run them over the logs of an applied stack."""

import json
import re

from localcloud.engines.logs_insights import fields
from localcloud.engines.logs_insights.query import Query
from sluice.project import terraform_root

HEREDOC = re.compile(r"^    ([a-z-]+) = <<-EOT\n(.*?)^    EOT$", re.MULTILINE | re.DOTALL)
QUERIES = {name: text.strip() for name, text in HEREDOC.findall((terraform_root() / "queries.tf").read_text())}


def run_query(name: str, *reports: dict[str, float]) -> list[dict[str, str]]:
    """Run a saved query over invocations whose reports have these metrics."""
    events = []
    for time, metrics in enumerate(reports):
        message = json.dumps({"type": "platform.report", "record": {"metrics": {"maxMemoryUsedMB": 90, **metrics}}})
        events.append(fields.parse_event(message, time, time, "123456789012:/aws/lambda/worker", "stream"))
    return [dict(row) for row in Query(QUERIES[name]).run(events)[0]]


def test_all_saved_queries_are_valid() -> None:
    assert len(QUERIES) == 5
    for text in QUERIES.values():
        Query(text)


def test_cold_starts_query_counts_restores_separately() -> None:
    (row,) = run_query(
        "cold-starts", {"initDurationMs": 900}, {}, {"restoreDurationMs": 300}, {"restoreDurationMs": 450.5}, {}
    )
    assert row["calls"] == "5"
    assert row["cold"] == "1"
    assert row["slowest_ms"] == "900"
    assert row["restored"] == "2"
    assert row["slowest_restore_ms"] == "450.5"
