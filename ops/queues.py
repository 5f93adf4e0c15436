"""Messages into a queue and out of it, as plain bodies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ops import sending

_CALL = 10  # messages that one SQS call gives


class SendError(Exception):
    """SQS took only some messages; the message says which and why."""


@dataclass(frozen=True)
class Received:
    """A message that is hidden from others for the queue's visibility timeout, until it is forgotten."""

    body: str
    receipt: str


def send(sqs: Any, url: str, bodies: Iterable[str]) -> Iterator[int]:
    """Send each body to the queue; yields how many each call sent, raises SendError at the first refused one."""
    for call in sending.calls(bodies, lambda body: len(body.encode())):
        for place, why in sending.send(sqs, url, [{"MessageBody": body} for body in call]).items():
            raise SendError(f"SQS refused {call[place][:80]!r}: {why}. Send the rest again.")
        yield len(call)


def receive(sqs: Any, url: str, *, wait: int = 1, most: int = _CALL) -> list[Received]:
    """Up to `most` (1 to 10) messages; waits `wait` seconds (0 to 20) for the first of them."""
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait).get("Messages", [])
    return [Received(message["Body"], message["ReceiptHandle"]) for message in received]


def forget(sqs: Any, url: str, messages: list[Received]) -> None:
    """Delete up to ten messages from the queue; one that SQS does not delete at the moment comes again."""
    if messages:
        entries = [{"Id": str(n), "ReceiptHandle": message.receipt} for n, message in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def take(sqs: Any, url: str, *, wait: int = 1) -> list[str]:
    """Up to ten bodies, gone from the queue once returned; waits `wait` seconds (0 to 20) for the first of them."""
    received = receive(sqs, url, wait=wait)
    forget(sqs, url, received)
    return [message.body for message in received]


def take_all(sqs: Any, url: str) -> Iterator[str]:
    """Every body in the queue, until it is empty."""
    while bodies := take(sqs, url):
        yield from bodies
