"""The page that people read."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from sluice.commands.status import render_status
from sluice.durations import format_duration
from sluice.status.accounting import Accounting
from sluice.status.alarms import Alarm
from sluice.status.queues import Queue
from sluice.status.report import StatusReport

QUEUES = {"images": Queue(1_200, 3, 0, 190.0), "dead_letters": Queue(0, 0, 0, None)}
ALARM = Alarm("oldest_image", "sluice-dev-oldest", "Threshold [crossed]", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
MODEL, SHARES = "digits@" + "ab" * 32, {"3": 0.9, "4": 0.1}


def _text(alarms: list[Alarm], accounting: Accounting) -> str:
    report = StatusReport("local", QUEUES, alarms, MODEL, {}, "worker", SHARES, accounting, timedelta(days=1))
    console = Console(width=160, record=True, file=StringIO())
    for part in render_status(report):
        console.print(part)
    return " ".join(console.export_text().split())


def test_all_is_well() -> None:
    text = _text(
        [],
        Accounting(
            messages_sent=1_203, replayed=0, predicted=0, rejected=0, dropped=0, dead_letters=0, in_flight=1_203
        ),
    )
    assert "images 1,200 3 0 3m dead letters 0 0 0 - No alarm is active." in text
    assert "Model: digits@abab" in text
    assert "version 3 with 90%, version 4 with 10%" in text
    assert "1,203 0 0 0 1,203 All tasks are accounted for: finished or in progress." in text


def test_what_is_wrong_is_said() -> None:
    text = _text(
        [ALARM],
        Accounting(messages_sent=10, replayed=0, predicted=0, rejected=0, dropped=0, dead_letters=7, in_flight=0),
    )
    assert "sluice-dev-oldest 2026-01-02 03:04 Threshold [crossed]" in text
    assert "3 tasks more sent than ended. Possible reasons: - CloudWatch metrics lag" in text


@pytest.mark.parametrize(("seconds", "words"), [(0, "0s"), (59, "59s"), (60, "1m"), (7_300, "2h"), (200_000, "2d")])
def test_times_are_told_in_one_unit(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words
