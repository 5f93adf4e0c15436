"""The event that Lambda builds from a batch of SQS messages."""

from collections.abc import Mapping

from telemetry.work_item import WorkItem


def parse_event(event: object) -> list[WorkItem]:
    """Return the images of an SQS event. An event of another kind, or a record without a message id, has none."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        return []
    return [WorkItem.from_record(record) for record in records if _is_message(record)]


def _is_message(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("messageId"), str) and bool(record["messageId"])
