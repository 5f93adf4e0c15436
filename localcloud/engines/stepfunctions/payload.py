"""JSON as it travels between states: as text, within the size that Step Functions allows."""

import json
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError

LIMIT = 262_144


def text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def size(value: Any) -> int:
    """Bytes of the value's text."""
    return len(text(value).encode())


def bounded(value: Any, what: str) -> str:
    """The value's text; States.DataLimitExceeded, which nothing catches, above 256 KiB."""
    written = text(value)
    if len(written) * 4 > LIMIT and len(written.encode()) > LIMIT:
        cause = f"The {what} has a size exceeding the maximum number of bytes service limit ({LIMIT})."
        raise StateError("States.DataLimitExceeded", cause)
    return written
