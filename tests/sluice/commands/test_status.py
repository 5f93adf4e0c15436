"""`sluice status` renders a page."""

from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from sluice.commands.status import render_status
from sluice.status.accounting import Accounting
from sluice.status.alarms import Alarm
from sluice.status.queues import Queue
from sluice.status.report import StatusReport

QUEUES = {"images": Queue(1_200, 3, 0, 190.0), "dead_letters": Queue(0, 0, 0, None)}
ALARM = Alarm("oldest_image", "sluice-dev-oldest", "Threshold [crossed]", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
MODEL, VERSIONS = "digits@" + "ab" * 32, {"3": 0.9, "4": 0.1}


def _render(alarms: list[Alarm], **counts: int) -> str:
    names = ("messages_sent", "replayed", "predicted", "rejected", "dropped", "dead_letters", "in_flight")
    accounting = Accounting(**dict.fromkeys(names, 0) | counts)
    report = StatusReport("local", QUEUES, alarms, MODEL, {}, "worker", VERSIONS, accounting, timedelta(days=1))
    console = Console(width=160, record=True, file=StringIO())
    for part in render_status(report):
        console.print(part)
    return " ".join(console.export_text().split())


def test_status_of_a_healthy_environment() -> None:
    text = _render([], messages_sent=1_203, in_flight=1_203)
    assert "images 1,200 3 0 3m dead letters 0 0 0 - No alarm is active." in text
    assert "Model: digits@abab" in text
    assert "version 3 with 90%, version 4 with 10%" in text
    assert "sent predicted rejected dead in flight 1,203 0 0 0 1,203 All tasks are accounted for" in text
    assert "Replayed" not in text


def test_status_shows_alarms_and_missing_tasks() -> None:
    text = _render([ALARM], messages_sent=10, dead_letters=7)
    assert "sluice-dev-oldest 2026-01-02 03:04 Threshold [crossed]" in text
    assert "3 tasks more sent than ended. Possible reasons: - CloudWatch metrics lag by up to five minutes" in text


def test_status_explains_replayed_and_dropped_letters() -> None:
    text = _render([], messages_sent=10, replayed=2, predicted=5, dropped=3)
    assert "8 5 0 3 0" in text
    assert "Replayed dead letters, which are counted as sent once: 2. Dropped dead letters" in text
    assert "which are counted as dead: 3." in text
