"""Messages that were answered, taken from their queue early."""

from typing import Any

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import EndpointConnectionError

from pipeline.delete_messages import forget

LOGGER = Logger(service="tests")


class Recorder:
    """Keeps each call's entries, and answers as it is told."""

    def __init__(self, reply: dict[str, Any] | Exception) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.reply = reply

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "queue"
        self.calls.append(Entries)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def answered(count: int) -> list[dict[str, Any]]:
    return [{"messageId": str(n), "receiptHandle": f"h{n}"} for n in range(count)]


def test_ten_messages_a_call() -> None:
    sqs = Recorder({"Successful": []})
    forget(LOGGER, sqs, "queue", answered(13))
    assert [len(call) for call in sqs.calls] == [10, 3]
    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == [f"h{n}" for n in range(13)]


def test_nothing_answered_is_no_call() -> None:
    sqs = Recorder({})
    forget(LOGGER, sqs, "queue", [])
    forget(LOGGER, sqs, "queue", [{"messageId": "a"}, {"messageId": "b", "receiptHandle": ""}])
    assert sqs.calls == []


@pytest.mark.parametrize(
    "reply",
    [
        EndpointConnectionError(endpoint_url="queue"),
        {"Failed": [{"Id": "0", "SenderFault": True, "Code": "ReceiptHandleIsInvalid"}]},
    ],
)
def test_a_message_that_cannot_be_deleted_is_only_logged(reply: dict[str, Any] | Exception) -> None:
    sqs = Recorder(reply)
    forget(LOGGER, sqs, "queue", answered(1))
    assert len(sqs.calls) == 1
