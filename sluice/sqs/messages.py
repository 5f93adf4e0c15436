"""Messages into a queue and out of it, as plain bodies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Any

from sluice.sqs import batches

_CALL = 10  # messages that one SQS call gives
_WAITS = (0.2, 0.8)  # seconds before a deletion is tried again


class SendError(Exception):
    """SQS took only some messages; the message says which and why."""


@dataclass(frozen=True)
class Received:
    """A message that is hidden from others for a while; `id` stays when it is received again, `receipt` does not."""

    id: str
    body: str
    receipt: str


def send(sqs: Any, url: str, bodies: Iterable[str]) -> Iterator[int]:
    """Send each body to the queue; yields how many each call sent, raises SendError at the first refused one."""
    for call in batches.calls(bodies, lambda body: len(body.encode())):
        for place, why in batches.send(sqs, url, [{"MessageBody": body} for body in call]).items():
            raise SendError(f"SQS refused {call[place][:80]!r}: {why}. Send the rest again.")
        yield len(call)


def receive(sqs: Any, url: str, *, wait: int = 1, most: int = _CALL, hidden: int | None = None) -> list[Received]:
    """Up to `most` (1 to 10) messages; waits `wait` seconds (0 to 20) for the first of them.

    Others do not see them for `hidden` seconds; None: for as long as the queue says.
    """
    asked = {} if hidden is None else {"VisibilityTimeout": hidden}
    reply = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait, **asked)
    found = reply.get("Messages", [])
    return [Received(message["MessageId"], message["Body"], message["ReceiptHandle"]) for message in found]


def forget(sqs: Any, url: str, messages: Iterable[Received]) -> dict[str, str]:
    """Delete up to ten messages from the queue; why, by message id, SQS did not delete some: these come again.

    What it cannot delete at the moment is tried again. Of a FIFO queue it refuses to delete what is hidden no longer.
    """
    left, kept = {message.id: message.receipt for message in messages}, dict[str, str]()
    for wait in (*_WAITS, None):
        if not left:
            break
        entries = [{"Id": str(place), "ReceiptHandle": receipt} for place, receipt in enumerate(left.values())]
        failed = sqs.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
        failures, names = {int(failure["Id"]): failure for failure in failed}, list(left)
        for place, failure in failures.items():
            if wait is None or failure.get("SenderFault"):
                kept[names[place]] = str(failure.get("Message") or failure["Code"])
        left = {names[place]: left[names[place]] for place in failures if names[place] not in kept}
        if left and wait is not None:
            sleep(wait)
    return kept


def take(sqs: Any, url: str, *, wait: int = 1) -> list[str]:
    """Up to ten bodies, gone from the queue once returned; waits `wait` seconds (0 to 20) for the first of them."""
    received = receive(sqs, url, wait=wait)
    kept = forget(sqs, url, received)
    return [message.body for message in received if message.id not in kept]


def take_all(sqs: Any, url: str) -> Iterator[str]:
    """Every body in the queue, until it is empty."""
    while bodies := take(sqs, url):
        yield from bodies
