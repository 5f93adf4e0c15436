"""JSON as it travels between states: as text, within the size that Step Functions allows."""

import json
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError

MAX_PAYLOAD_BYTES = 262_144


def to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def json_size(value: Any) -> int:
    """Bytes of the value's text."""
    return len(to_json(value).encode())


def to_bounded_json(value: Any, what: str) -> str:
    """The value's text; States.DataLimitExceeded, which nothing catches, above 256 KiB."""
    written = to_json(value)
    if len(written) * 4 > MAX_PAYLOAD_BYTES and len(written.encode()) > MAX_PAYLOAD_BYTES:
        cause = f"The {what} has a size exceeding the maximum number of bytes service limit ({MAX_PAYLOAD_BYTES})."
        raise StateError("States.DataLimitExceeded", cause)
    return written
