"""The few things that a record of an SQS event says about its message."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]


def records_of(event: object) -> list[Record]:
    """The event's records that name a message; an event of another kind has none."""
    found = event.get("Records") if isinstance(event, Mapping) else None
    return [record for record in found if _is_message(record)] if isinstance(found, list) else []


def receive_count(record: Record) -> int:
    """How often the message was received, this time included."""
    attributes = record.get("attributes")
    count = attributes.get("ApproximateReceiveCount", "1") if isinstance(attributes, Mapping) else "1"
    return max(1, int(count)) if str(count).isdecimal() else 1


def _is_message(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("messageId"), str) and bool(record["messageId"])
