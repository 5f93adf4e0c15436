"""The event that Lambda builds from a batch of SQS messages, and the response that it expects."""

from collections.abc import Mapping, Sequence

from inference.classify import Classification
from telemetry.work_item import WorkItem


def parse_event(event: object) -> list[WorkItem]:
    """Return the images of an SQS event. An event of another kind, or a record without a message id, has none."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list):
        return []
    return [WorkItem.from_record(record) for record in records if _is_message(record)]


def partial_failure_response(items: Sequence[WorkItem]) -> dict[str, list[dict[str, str]]]:
    """Return the reply that makes Lambda delete all messages of the batch except those that failed.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
    """
    failed = [item.record for item in items if item.record and not isinstance(item.outcome, Classification)]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _is_message(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("messageId"), str) and bool(record["messageId"])
