"""The fields of a log event: CloudWatch's own and those of a JSON message ("Supported logs and discovered fields")."""

import json
import time
from collections.abc import Iterator
from typing import Any

MAX_FIELDS = 1_000
Row = dict[str, Any]  # field values by name: text, number, boolean or Timestamp; a field without a value is absent


class Timestamp(float):
    """Milliseconds since the epoch, formatted as date and time."""

    __slots__ = ()

    def __str__(self) -> str:
        seconds, milliseconds = divmod(int(self), 1000)
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03d}"


def parse_event(message: str, at: int, ingested: int, log: str, stream: str) -> Row:
    """Parse a log event into its fields.

    Args:
        message: The event's message.
        at: The event's time, in milliseconds since the epoch.
        ingested: When it was ingested, in milliseconds since the epoch.
        log: <account>:<log group>.
        stream: The log stream.
    """
    row: Row = dict(_discover_fields(message))
    return row | {"@timestamp": Timestamp(at), "@ingestionTime": Timestamp(ingested), "@message": message, "@log": log,
                  "@logStream": stream}  # fmt: skip


def format_value(value: Any) -> str:
    """Format a value as in the results of a query."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and not isinstance(value, Timestamp):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def _discover_fields(message: str) -> Iterator[tuple[str, Any]]:
    text = message.lstrip()
    if not text.startswith("{"):
        return
    try:
        document = json.loads(text)
    except ValueError:
        return
    for number, field in enumerate(_flatten("", document)):
        if number == MAX_FIELDS:
            return
        yield field


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield a document's values by path: `{"a": {"b": [1]}}` has the field a.b.0."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from _flatten(f"{name}.{key}" if name else str(key), part)
    elif value is not None:
        yield name, value
