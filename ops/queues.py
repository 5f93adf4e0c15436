"""Sending to and receiving from SQS as it wants it: ten messages a call, the answer for each entry looked at."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

_CALL = 10  # entries that one SQS call takes


class SendError(Exception):
    """SQS took only some messages; the message says which and why."""


def send(sqs: Any, url: str, bodies: Iterable[str]) -> Iterator[int]:
    """Send each body to the queue; yields how many each call sent, raises SendError at the first refused one."""
    remaining = iter(bodies)
    while bodies_of_call := list(islice(remaining, _CALL)):
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies_of_call)]
        for failure in sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", []):
            body = bodies_of_call[int(failure["Id"])]
            raise SendError(
                f"SQS refused {body[:80]!r}: {failure.get('Message', failure['Code'])}. Send the rest again."
            )
        yield len(entries)


def take(sqs: Any, url: str, *, wait: int = 1) -> list[str]:
    """Up to ten bodies, gone from the queue once returned; waits `wait` seconds (0 to 20) for the first of them."""
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_CALL, WaitTimeSeconds=wait).get("Messages", [])
    if received:
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(received)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return [message["Body"] for message in received]


def take_all(sqs: Any, url: str) -> Iterator[str]:
    """Every body in the queue, until it is empty."""
    while bodies := take(sqs, url):
        yield from bodies
