"""Messages on their way from a queue to a function, as they were when they were received."""

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc


class Batch:
    """Messages of one mapping; `began` is when the first came (monotonic seconds)."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._messages: list[dict[str, Any]] = []
        self.began = 0.0

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: list[dict[str, Any]]) -> None:
        if messages and not self._messages:
            self.began = time.monotonic()
        self._messages += [dict(message) for message in messages]  # a later receive changes the queue's own

    def ids(self) -> set[str]:
        return {message["id"] for message in self._messages}

    def receipts(self, but: set[str]) -> set[str]:
        """The receipt handles with which the messages were received, less those of some ids."""
        return {message["receipt_handle"] for message in self._messages if message["id"] not in but}

    def records(self) -> list[dict[str, Any]]:
        """The messages as a function's event shows them."""
        return [self._record(message) for message in self._messages]

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
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
