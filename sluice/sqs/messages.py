"""Receive messages from a queue, delete them, or make them visible again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import sleep
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.sqs_limits import MAX_ENTRIES
from sluice import aws_errors
from sluice.errors import SluiceError

_DELETE_PAUSES = (0.2, 0.8)  # seconds before each retry of a deletion


class DeleteError(SluiceError):
    """A call that deletes messages failed as a whole.

    Attributes:
        reasons: Why each message is still in the queue, by message ID.
    """

    def __init__(self, error: BotoCoreError | ClientError, reasons: dict[str, str]) -> None:
        super().__init__(aws_errors.describe_error(error))
        self.reasons = reasons


@dataclass(frozen=True)
class Message:
    """A received message, which is hidden from other consumers until its visibility timeout ends.

    Attributes:
        id: The message ID, which stays the same when the message is received again.
        body: The text of the message.
        receipt: The receipt handle, which is another each time.
        sent: When it was sent to the queue, in seconds since 1970.
        receives: How many times it has been received.
        trace_header: Its X-Ray trace header, if it has one.
        attributes: Its message attributes, as SQS returns them and SendMessage accepts them.
    """

    id: str
    body: str
    receipt: str
    sent: float = 0.0
    receives: int = 1
    trace_header: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_sqs(cls, message: Mapping[str, Any]) -> Self:
        """Return a message from an element of the response of ReceiveMessage, with all of its attributes."""
        system = message["Attributes"]
        return cls(
            id=message["MessageId"],
            body=message["Body"],
            receipt=message["ReceiptHandle"],
            sent=int(system["SentTimestamp"]) / 1000,
            receives=int(system["ApproximateReceiveCount"]),
            trace_header=system.get("AWSTraceHeader"),
            attributes=message.get("MessageAttributes", {}),
        )


def receive_messages(
    sqs: Any, url: str, *, wait: int = 1, limit: int = MAX_ENTRIES, hidden_seconds: int | None = None
) -> list[Message]:
    """Receive messages from a queue.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.
        wait: How many seconds (0 to 20) to wait for the first message. A wait of at least 1 is a long poll, which asks
            all of SQS's servers.
        limit: The largest number of messages (1 to 10).
        hidden_seconds: The visibility timeout; None for the queue's own.

    Returns:
        The messages; an empty list if none arrived in time.
    """
    timeout = {} if hidden_seconds is None else {"VisibilityTimeout": hidden_seconds}
    reply = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=limit,
        WaitTimeSeconds=wait,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
        **timeout,
    )
    return [Message.from_sqs(message) for message in reply.get("Messages", [])]


def delete_messages(sqs: Any, url: str, messages: Iterable[Message]) -> dict[str, str]:
    """Delete up to ten messages from a queue, and retry temporary failures twice.

    A FIFO queue does not delete a message whose visibility timeout has ended.

    Returns:
        The reason for each message that is still in the queue, by message ID. It will be received again.

    Raises:
        DeleteError: If the last call failed as a whole.
    """
    pending, refused = {message.id: message.receipt for message in messages}, dict[str, str]()
    for pause in (*_DELETE_PAUSES, None):
        if not pending:
            break
        ids = list(pending)
        entries = [{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in enumerate(pending.values())]
        try:
            failures = sqs.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
        except (BotoCoreError, ClientError) as error:
            if pause is None:
                raise DeleteError(error, refused | dict.fromkeys(ids, aws_errors.describe_error(error))) from error
        else:
            reasons = {ids[int(failure["Id"])]: failure for failure in failures}
            for id_, failure in reasons.items():
                if pause is None or failure.get("SenderFault"):
                    refused[id_] = str(failure.get("Message") or failure["Code"])
            pending = {id_: pending[id_] for id_ in reasons if id_ not in refused}
        if pending and pause is not None:
            sleep(pause)
    return refused


def release_messages(sqs: Any, url: str, receipts: Sequence[str]) -> None:
    """Make received messages visible again at once.

    Failures are ignored: these messages become visible when their visibility timeout ends.
    """
    for start in range(0, len(receipts), MAX_ENTRIES):
        entries = [
            {"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
            for index, receipt in enumerate(receipts[start : start + MAX_ENTRIES])
        ]
        try:
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError):
            return


def take_bodies(sqs: Any, url: str, *, wait: int = 1) -> list[str]:
    """Receive up to ten messages and delete them.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.
        wait: How many seconds (0 to 20) to wait for the first message.

    Returns:
        The bodies of the messages that were deleted; others will be received again.
    """
    received = receive_messages(sqs, url, wait=wait)
    remaining = delete_messages(sqs, url, received)
    return [message.body for message in received if message.id not in remaining]


def take_all_bodies(sqs: Any, url: str) -> Iterator[str]:
    """Yield the body of each message of a queue, and delete it, until the queue is empty."""
    while bodies := take_bodies(sqs, url):
        yield from bodies
