"""The fields of a log event: what CloudWatch adds, and what a message in JSON holds ("Supported logs and fields")."""

import json
import time
from collections.abc import Iterator
from typing import Any

MOST = 1_000
Row = dict[
    str, Any
]  # a field's name to its value: text, a number, a truth value or a Moment; absent when there is none


class Moment(float):
    """Milliseconds since the epoch, shown as a time of day."""

    __slots__ = ()

    def __str__(self) -> str:
        seconds, milliseconds = divmod(int(self), 1000)
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03d}"


def parse_event(message: str, at: int, ingested: int, log: str, stream: str) -> Row:
    """The fields of one event; times in milliseconds since the epoch, `log` as <account>:<log group>."""
    row: Row = dict(_discovered(message))
    return row | {"@timestamp": Moment(at), "@ingestionTime": Moment(ingested), "@message": message, "@log": log,
                  "@logStream": stream}  # fmt: skip


def shown(value: Any) -> str:
    """A value as a result holds it: text."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and not isinstance(value, Moment):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def _discovered(message: str) -> Iterator[tuple[str, Any]]:
    text = message.lstrip()
    if not text.startswith("{"):
        return
    try:
        found = json.loads(text)
    except ValueError:
        return
    for number, pair in enumerate(_flat("", found)):
        if number == MOST:
            return
        yield pair


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """`{"a": {"b": [1]}}` has the field a.b.0."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from _flat(f"{name}.{key}" if name else str(key), part)
    elif value is not None:
        yield name, value
