"""Saved queries by themselves, over lines such as Lambda writes; the journeys run them over an applied stack's."""

import json
import re

from localcloud.engines.logs_insights import fields
from localcloud.engines.logs_insights.query import Query
from sluice.project import terraform_root

HEREDOC = re.compile(r"^    ([a-z-]+) = <<-EOT\n(.*?)^    EOT$", re.MULTILINE | re.DOTALL)
SAVED = {name: text.strip() for name, text in HEREDOC.findall((terraform_root() / "queries.tf").read_text())}


def asked(name: str, *metrics: dict[str, float]) -> list[dict[str, str]]:
    """What a saved query tells of calls whose reports hold these metrics."""
    rows = []
    for at, found in enumerate(metrics):
        message = json.dumps({"type": "platform.report", "record": {"metrics": {"maxMemoryUsedMB": 90, **found}}})
        rows.append(fields.parse_event(message, at, at, "123456789012:/aws/lambda/worker", "stream"))
    return [dict(row) for row in Query(SAVED[name]).run(rows)[0]]


def test_all_are_understood() -> None:
    assert len(SAVED) == 5
    for text in SAVED.values():
        Query(text)


def test_cold_starts_and_restored_snapshots_are_counted_each() -> None:
    (row,) = asked(
        "cold-starts", {"initDurationMs": 900}, {}, {"restoreDurationMs": 300}, {"restoreDurationMs": 450.5}, {}
    )
    assert (row["calls"], row["cold"], row["slowest_ms"]) == ("5", "1", "900")
    assert (row["restored"], row["slowest_restore_ms"]) == ("2", "450.5")
