"""Each message is handled once, however slow its handler: on a FIFO queue that is as strict as that of AWS."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import LocalCloud
from sluice.sqs import consumer
from sluice.sqs.consumer import Consumer
from sluice.sqs.messages import DeleteError, Message

HIDDEN_SECONDS = 2
EXPIRED = "The receipt handle has expired."

SendMessages = Callable[[int], list[str]]


class StrictSqs:
    """A client of a FIFO queue that refuses receipt handles after the visibility timeout.

    "The request for FIFO queue messages with an expired receipt handle will fail" (Amazon SQS API Reference,
    ReceiveMessage). The local cloud refuses them only after the message was received again.
    """

    def __init__(self, sqs: Any, *, never_deletes: bool = False) -> None:
        self._sqs, self._never_deletes, self._hidden_until = sqs, never_deletes, dict[str, float]()

    def receive_message(self, **parameters: Any) -> Any:
        start = monotonic()
        reply = self._sqs.receive_message(**parameters)
        for message in reply.get("Messages", []):
            self._hidden_until[message["ReceiptHandle"]] = start + parameters["VisibilityTimeout"]
        return reply

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        now = monotonic()
        expired = [
            entry for entry in Entries if self._never_deletes or self._hidden_until[entry["ReceiptHandle"]] <= now
        ]
        valid = [entry for entry in Entries if entry not in expired]
        reply = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=valid) if valid else {}
        failure = {"Code": "ReceiptHandleIsInvalid", "Message": EXPIRED, "SenderFault": True}
        failures = [{"Id": entry["Id"], **failure} for entry in expired]
        return reply | {"Failed": reply.get("Failed", []) + failures}


class SlowHandler:
    """Keeps the bodies that it handles, and takes the given seconds for the first calls."""

    def __init__(self, *seconds: float) -> None:
        self._seconds, self.bodies = list(seconds), list[str]()

    def __call__(self, messages: Sequence[Message]) -> Mapping[str, str]:
        sleep(self._seconds.pop(0) if self._seconds else 0)
        self.bodies += [message.body for message in messages]
        return {}


@pytest.fixture
def queue(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str]:  # noqa: ARG001 - it receives boto3's calls
    """A client of SQS, and the URL of an empty FIFO queue."""
    monkeypatch.setattr(consumer, "HIDDEN_SECONDS", HIDDEN_SECONDS)
    sqs, fifo = boto3.client("sqs"), {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
    return sqs, sqs.create_queue(QueueName=f"consumer-{uuid4().hex[:8]}.fifo", Attributes=fifo)["QueueUrl"]


@pytest.fixture
def send_messages(queue: tuple[Any, str]) -> SendMessages:
    """Sends a number of messages, and returns their bodies."""

    def send(count: int) -> list[str]:
        bodies = [f"body {n:02}" for n in range(count)]
        for n, body in enumerate(bodies):
            queue[0].send_message(
                QueueUrl=queue[1], MessageBody=body, MessageGroupId=f"g{n}", MessageDeduplicationId=f"g{n}"
            )
        return bodies

    return send


def test_poll_slow_handler_handles_each_message_once(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    bodies, handler = send_messages(25), SlowHandler(HIDDEN_SECONDS + 0.5, 0, HIDDEN_SECONDS + 0.5)
    consumer = Consumer(StrictSqs(queue[0]), queue[1], handler)
    while consumer.poll(wait=1, limit=10):
        pass
    assert sorted(handler.bodies) == bodies
    assert consumer.handled == 25
    assert consumer.unhandled == 0
    assert consumer.undeleted == {}
    sleep(HIDDEN_SECONDS)
    assert "Messages" not in queue[0].receive_message(QueueUrl=queue[1])


def test_poll_undeletable_messages_are_handled_once(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    bodies, handler = send_messages(3), SlowHandler()
    consumer = Consumer(StrictSqs(queue[0], never_deletes=True), queue[1], handler)
    assert consumer.poll(wait=1, limit=10)
    assert consumer.poll(wait=HIDDEN_SECONDS + 1, limit=10)
    assert sorted(handler.bodies) == bodies
    assert consumer.handled == 3
    assert sorted(consumer.undeleted.values()) == [EXPIRED] * 3


def test_poll_failing_handler_leaves_messages_in_queue(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    def fail(_: Sequence[Message]) -> Mapping[str, str]:
        raise OSError

    bodies, handler = send_messages(3), SlowHandler()
    failing = Consumer(queue[0], queue[1], fail)
    with pytest.raises(OSError):
        failing.poll(wait=1, limit=10)
    assert failing.handled == 0
    assert failing.unhandled == 3
    assert failing.undeleted == {}
    assert Consumer(queue[0], queue[1], handler).poll(wait=HIDDEN_SECONDS + 2, limit=10)
    assert sorted(handler.bodies) == bodies


def test_poll_refused_messages_stay_in_queue(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    def refuse_first(messages: Sequence[Message]) -> Mapping[str, str]:
        return {message.id: "No." for message in messages if message.body == "body 00"}

    send_messages(3)
    consumer = Consumer(queue[0], queue[1], refuse_first)
    assert consumer.poll(wait=1, limit=10)
    assert consumer.handled == 2
    assert consumer.undeleted == {}
    (message,) = queue[0].receive_message(QueueUrl=queue[1], WaitTimeSeconds=HIDDEN_SECONDS + 2)["Messages"]
    assert message["Body"] == "body 00"


def test_poll_interrupted_deletion_counts_as_undeleted(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    class InterruptedSqs(StrictSqs):
        def delete_message_batch(self, *_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

    send_messages(3)
    consumer = Consumer(InterruptedSqs(queue[0]), queue[1], SlowHandler())
    with pytest.raises(KeyboardInterrupt):
        consumer.poll(wait=1, limit=10)
    assert consumer.handled == 3
    assert consumer.unhandled == 0
    assert len(consumer.undeleted) == 3


def test_run_stops_when_deletion_fails_whole(queue: tuple[Any, str], send_messages: SendMessages) -> None:
    class ForbiddenSqs(StrictSqs):
        def delete_message_batch(self, *_: Any, **__: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "DeleteMessageBatch")

    send_messages(12)
    consumer = Consumer(ForbiddenSqs(queue[0]), queue[1], SlowHandler())
    with pytest.raises(DeleteError, match="may not call DeleteMessageBatch"):
        consumer.run(wait=1)
    assert consumer.handled == len(consumer.undeleted) == 10
