"""Spans of time as people write them: 90s, 30m, 2h, 1d."""

import re

from sluice.errors import SluiceError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(written: str) -> float:
    """Seconds of an age such as 90s, 30m, 2h or 1d. Raises SluiceError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", written.strip())
    if found is None:
        raise SluiceError(f"{written!r} is no age: write a number and s, m, h or d, such as 30m or 2h.")
    return float(found[1]) * _SECONDS[found[2]]
