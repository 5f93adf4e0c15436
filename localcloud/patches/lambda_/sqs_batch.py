"""A batch of messages that Lambda received from a queue."""

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc


class Batch:
    """Messages of one mapping, as they were when they were received.

    Attributes:
        start: When the first message was received, in seconds of the monotonic clock.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._messages: list[dict[str, Any]] = []
        self.start = 0.0

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: list[dict[str, Any]]) -> None:
        """Add messages, as copies: a later receive changes the queue's own."""
        if messages and not self._messages:
            self.start = time.monotonic()
        self._messages += [dict(message) for message in messages]

    def ids(self) -> set[str]:
        """Return the ids of the messages."""
        return {message["id"] for message in self._messages}

    def receipts(self, exclude: set[str]) -> set[str]:
        """Return the receipt handles of the messages, except those with an id in `exclude`."""
        return {message["receipt_handle"] for message in self._messages if message["id"] not in exclude}

    def records(self) -> list[dict[str, Any]]:
        """Return the messages as records of a function's event."""
        return [self._to_record(message) for message in self._messages]

    def _to_record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            "ApproximateReceiveCount": str(message["receive_count"]),
            "SentTimestamp": str(int(message["sent_at"] * 1000)),
            "SenderId": get_account_id(),
            "ApproximateFirstReceiveTimestamp": str(int(message["first_receive_at"] * 1000)),
            "AWSTraceHeader": message.get("sys", {}).get("AWSTraceHeader"),
            "MessageGroupId": message.get("group_id"),
            "MessageDeduplicationId": message.get("dedup_id"),
            "SequenceNumber": message.get("seq"),
        }
        return {
            "messageId": message["id"],
            "receiptHandle": message["receipt_handle"],
            "body": message["body"],
            "attributes": {name: value for name, value in attributes.items() if value},
            "messageAttributes": lambda_svc._sqs_message_attributes_to_camel_case(message["message_attributes"]),
            "md5OfBody": message["md5_body"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source,
            "awsRegion": get_region(),
        }
