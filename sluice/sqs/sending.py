"""Send messages to a queue in batches, and retry what SQS throttles."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import sleep
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.sqs_limits import MAX_BYTES, MAX_ENTRIES
from sluice import aws_errors
from sluice.errors import SluiceError

_ATTEMPTS = 8
_FIRST_PAUSE = 0.2  # seconds, doubling up to the longest, half of it random
_LONGEST_PAUSE = 5.0

Item = TypeVar("Item")


class SendError(SluiceError):
    """SQS refused a message; the ones before it were sent."""


def split_batches(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Split items into batches that SQS accepts in one call, in their order.

    Args:
        items: The items to send.
        size: Returns the bytes of an item.

    Yields:
        Batches of up to MAX_ENTRIES items and MAX_BYTES bytes. An item that is too large stands alone, so that SQS
        refuses only this one.
    """
    batch: list[Item] = []
    remaining = MAX_BYTES
    for item in items:
        item_size = size(item)
        if batch and (len(batch) == MAX_ENTRIES or item_size > remaining):
            yield batch
            batch, remaining = [], MAX_BYTES
        batch.append(item)
        remaining -= item_size
    if batch:
        yield batch


def send_batch(sqs: Any, url: str, entries: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Send one batch of messages, and retry throttled ones for about 20 s.

    An entry that is missing in the reply of SQS is not sent again, since it may have been accepted.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.
        entries: Up to ten entries for SendMessageBatch, without Id.

    Returns:
        The reason for each entry that was not accepted, by its index in `entries`.

    Raises:
        ClientError, BotoCoreError: If the first call fails as a whole. When a retry fails, the entries it was to send
            are in the result, since the others have been accepted.
    """
    pending, pause = dict(enumerate(entries)), _FIRST_PAUSE
    refused: dict[int, str] = {}
    for attempt in range(1, _ATTEMPTS + 1):
        batch = [{**entry, "Id": str(index)} for index, entry in pending.items()]
        try:
            reply = sqs.send_message_batch(QueueUrl=url, Entries=batch)
        except (BotoCoreError, ClientError) as error:
            if attempt == 1:
                raise
            return refused | dict.fromkeys(pending, aws_errors.describe_error(error))
        failures = reply.get("Failed", [])
        answered = {int(entry["Id"]) for entry in (*failures, *reply.get("Successful", []))}
        refused |= dict.fromkeys(pending.keys() - answered, "The reply of SQS does not mention it.")
        for failure in failures:
            if attempt == _ATTEMPTS or not _can_retry(failure):
                refused[int(failure["Id"])] = str(failure.get("Message") or failure["Code"])
        failed = (int(failure["Id"]) for failure in failures)
        pending = {index: pending[index] for index in failed if index not in refused}
        if not pending:
            break
        sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - not a secret
        pause = min(2 * pause, _LONGEST_PAUSE)
    return refused


def send_bodies(sqs: Any, url: str, bodies: Iterable[str]) -> Iterator[int]:
    """Send message bodies to a queue, batch by batch, as the result is iterated.

    Yields:
        The number of messages of each batch that was sent.

    Raises:
        SendError: At the first message that SQS refuses.
    """
    for batch in split_batches(bodies, lambda body: len(body.encode())):
        for index, reason in send_batch(sqs, url, [{"MessageBody": body} for body in batch]).items():
            raise SendError(f"SQS refused {batch[index][:80]!r}: {reason}. Send it and the rest again.")
        yield len(batch)


def _can_retry(failure: Mapping[str, Any]) -> bool:
    return not failure.get("SenderFault", False) or failure["Code"] in aws_errors.THROTTLING_CODES
