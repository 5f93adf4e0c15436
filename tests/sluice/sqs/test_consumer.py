"""Each message is handed over once, however slow its reader: on a real FIFO queue that is as strict as on AWS."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud
from sluice.sqs import consumer
from sluice.sqs.consumer import Consumer
from sluice.sqs.messages import Message

HIDDEN = 2  # seconds, for these tests
EXPIRED = "The receipt handle has expired."


class Strict:
    """The client of a FIFO queue, which refuses receipts of messages that are hidden no longer.

    "The request for FIFO queue messages with an expired receipt handle will fail" (Amazon SQS API Reference,
    ReceiveMessage). The local cloud minds only when the message was received again.
    """

    def __init__(self, sqs: Any, *, never: bool = False) -> None:
        self._sqs, self._never, self._until = sqs, never, dict[str, float]()

    def receive_message(self, **asked: Any) -> Any:
        began = monotonic()
        reply = self._sqs.receive_message(**asked)
        for message in reply.get("Messages", []):
            self._until[message["ReceiptHandle"]] = began + asked["VisibilityTimeout"]
        return reply

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        late = [entry for entry in Entries if self._never or self._until[entry["ReceiptHandle"]] <= monotonic()]
        kept = [entry for entry in Entries if entry not in late]
        done = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=kept) if kept else {}
        failure = {"Code": "ReceiptHandleIsInvalid", "Message": EXPIRED, "SenderFault": True}
        return done | {"Failed": done.get("Failed", []) + [{"Id": entry["Id"], **failure} for entry in late]}


class Reader:
    """Keeps what it is given, and takes so many seconds for each."""

    def __init__(self, *seconds: float) -> None:
        self._seconds, self.read = list(seconds), list[str]()

    def __call__(self, messages: Sequence[Message]) -> Mapping[str, str]:
        sleep(self._seconds.pop(0) if self._seconds else 0)
        self.read += [message.body for message in messages]
        return {}


@pytest.fixture
def queue(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str]:  # noqa: ARG001 - boto3 speaks to it
    monkeypatch.setattr(consumer, "HIDDEN_SECONDS", HIDDEN)
    sqs, fifo = boto3.client("sqs"), {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
    return sqs, sqs.create_queue(QueueName=f"handover-{uuid4().hex[:8]}.fifo", Attributes=fifo)["QueueUrl"]


@pytest.fixture
def sent(queue: tuple[Any, str]) -> Callable[[int], list[str]]:
    def send(many: int) -> list[str]:
        bodies = [f"body {n:02}" for n in range(many)]
        for n, body in enumerate(bodies):
            queue[0].send_message(
                QueueUrl=queue[1], MessageBody=body, MessageGroupId=f"g{n}", MessageDeduplicationId=f"g{n}"
            )
        return bodies

    return send


def test_a_slow_reader_gets_each_once_and_the_queue_is_empty_then(
    queue: tuple[Any, str], sent: Callable[[int], list[str]]
) -> None:
    bodies, reader = sent(25), Reader(HIDDEN + 0.5, 0, HIDDEN + 0.5)
    handing = Consumer(Strict(queue[0]), queue[1], reader)
    while handing.poll(wait=1, limit=10):
        pass
    assert sorted(reader.read) == bodies
    assert (handing.handled, handing.unhandled, handing.undeleted) == (25, 0, {})
    sleep(HIDDEN)
    assert "Messages" not in queue[0].receive_message(QueueUrl=queue[1])


def test_what_cannot_be_deleted_is_known_and_handed_over_once(
    queue: tuple[Any, str], sent: Callable[[int], list[str]]
) -> None:
    bodies, reader = sent(3), Reader()
    handing = Consumer(Strict(queue[0], never=True), queue[1], reader)
    assert handing.poll(wait=1, limit=10)
    assert handing.poll(wait=HIDDEN + 1, limit=10)
    assert sorted(reader.read) == bodies
    assert (handing.handled, sorted(handing.undeleted.values())) == (3, [EXPIRED] * 3)


def test_what_was_not_handed_over_comes_again(queue: tuple[Any, str], sent: Callable[[int], list[str]]) -> None:
    def broken(_: Sequence[Message]) -> Mapping[str, str]:
        raise OSError

    bodies, reader = sent(3), Reader()
    failed = Consumer(queue[0], queue[1], broken)
    with pytest.raises(OSError):
        failed.poll(wait=1, limit=10)
    assert (failed.handled, failed.unhandled, failed.undeleted) == (0, 3, {})
    assert Consumer(queue[0], queue[1], reader).poll(wait=HIDDEN + 2, limit=10)
    assert sorted(reader.read) == bodies


def test_a_deletion_that_was_cut_off_is_not_taken_for_done(
    queue: tuple[Any, str], sent: Callable[[int], list[str]]
) -> None:
    class Interrupted(Strict):
        def delete_message_batch(self, *_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

    sent(3)
    handing = Consumer(Interrupted(queue[0]), queue[1], Reader())
    with pytest.raises(KeyboardInterrupt):
        handing.poll(wait=1, limit=10)
    assert (handing.handled, handing.unhandled, len(handing.undeleted)) == (3, 0, 3)
