"""Durations as users type them: 90s, 30m, 2h, 1d."""

import re

from sluice.errors import SluiceError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as 90s, 30m, 2h or 1d.

    Raises:
        SluiceError: If the text is not a number followed by a unit.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if match is None:
        raise SluiceError(f'Invalid duration "{text}": use a number followed by s, m, h or d (for example 30m).')
    return float(match[1]) * _SECONDS[match[2]]


def format_duration(seconds: float) -> str:
    """Return a duration in whole numbers of its largest unit, for example 2h for 7,300 seconds."""
    unit, size = next(((unit, size) for unit, size in reversed(_SECONDS.items()) if seconds >= size), ("s", 1))
    return f"{int(seconds / size)}{unit}"
