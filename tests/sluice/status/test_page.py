"""The page that people read."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from sluice.commands.status_page import ago, page
from sluice.status.alarms import Alarm
from sluice.status.ledger import Ledger
from sluice.status.queues import Queue

QUEUES = {"images": Queue(1_200, 3, 0, 190.0), "dead_letters": Queue(0, 0, 0, None)}
ALARM = Alarm("oldest_image", "sluice-dev-oldest", "Threshold [crossed]", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
MODEL, SHARES = "digits@" + "ab" * 32, {"3": 0.9, "4": 0.1}


def _text(alarms: list[Alarm], ledger: Ledger) -> str:
    console = Console(width=160, record=True, file=StringIO())
    for part in page(QUEUES, alarms, MODEL, SHARES, ledger):
        console.print(part)
    return " ".join(console.export_text().split())


def test_all_is_well() -> None:
    text = _text([], Ledger(sent=1_203, replayed=0, predicted=0, rejected=0, dropped=0, dead=0, in_flight=1_203))
    assert "images 1,200 3 0 3 min dead letters 0 0 0 - No alarm is on." in text
    assert "Model: digits@abab" in text
    assert "version 3 with 90%, version 4 with 10%" in text
    assert "1,203 0 0 0 0 0 1,203 The ledger is balanced" in text


def test_what_is_wrong_is_said() -> None:
    text = _text([ALARM], Ledger(sent=10, replayed=0, predicted=0, rejected=0, dropped=0, dead=7, in_flight=0))
    assert "sluice-dev-oldest 2026-01-02 03:04 Threshold [crossed]" in text
    assert "3 tasks more sent than ended. It may be that - CloudWatch has not yet heard" in text


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, None), (0, "0 s"), (59, "59 s"), (60, "1 min"), (7_300, "2 h"), (200_000, "2 d")]
)
def test_times_are_told_in_one_unit(seconds: float | None, words: str | None) -> None:
    assert ago(seconds) == words
