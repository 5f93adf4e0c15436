"""Durations are parsed and formatted."""

import pytest

from sluice.durations import format_duration, parse_duration
from sluice.errors import SluiceError


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("1.5h", 5400), (" 2d ", 172_800)])
def test_parse_duration_returns_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


def test_parse_duration_refuses_other_text() -> None:
    message = 'Invalid duration "5x": use a number followed by s, m, h or d (for example 30m).'
    with pytest.raises(SluiceError) as error:
        parse_duration("5x")
    assert str(error.value) == message


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (59, "59s"), (60, "1m"), (7_300, "2h"), (200_000, "2d")])
def test_format_duration_uses_the_largest_unit(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
