"""Sends to SQS as it wants it: ten entries and 256 KiB a call, each answer looked at, what is throttled again."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import sleep
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors

CALL = 10
MAX_BYTES = 262_144  # of one message, and of all messages of one call

_TRIES = 8
_FIRST_WAIT = 0.2  # seconds, doubling up to the longest, half of it at random
_LONGEST_WAIT = 5.0

Thing = TypeVar("Thing")


def calls(things: Iterable[Thing], size: Callable[[Thing], int]) -> Iterator[list[Thing]]:
    """As many things as fit into one call, in their order; `size` gives a thing's bytes.

    One that is too large by itself stands alone, for SQS to refuse it by name.
    """
    call: list[Thing] = []
    room = MAX_BYTES
    for thing in things:
        bytes_ = size(thing)
        if call and (len(call) == CALL or bytes_ > room):
            yield call
            call, room = [], MAX_BYTES
        call.append(thing)
        room -= bytes_
    if call:
        yield call


def send(sqs: Any, url: str, entries: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Send one call's entries, as SendMessageBatch takes them but for their Id; why SQS refused which, by place.

    What SQS could not take at the moment is sent again for some 20 s; what it says nothing of is not, it may be there.
    Raises ClientError or BotoCoreError when the first call fails as a whole.
    """
    left, wait = dict(enumerate(entries)), _FIRST_WAIT
    refused: dict[int, str] = {}
    for attempt in range(1, _TRIES + 1):
        batch = [{**entry, "Id": str(place)} for place, entry in left.items()]
        try:
            reply = sqs.send_message_batch(QueueUrl=url, Entries=batch)
        except (BotoCoreError, ClientError) as error:
            if attempt == 1:
                raise
            return refused | dict.fromkeys(left, aws_errors.sentence(error))  # the others were taken before
        failed = reply.get("Failed", [])
        told = {int(entry["Id"]) for entry in (*failed, *reply.get("Successful", []))}
        refused |= dict.fromkeys(left.keys() - told, "SQS did not say what became of it.")
        for failure in failed:
            if attempt == _TRIES or not _passes(failure):
                refused[int(failure["Id"])] = str(failure.get("Message") or failure["Code"])
        left = {place: left[place] for place in (int(failure["Id"]) for failure in failed) if place not in refused}
        if not left:
            break
        sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - no secret
        wait = min(2 * wait, _LONGEST_WAIT)
    return refused


def _passes(failure: Mapping[str, Any]) -> bool:
    """Whether the same entry may be taken later."""
    return not failure.get("SenderFault", False) or failure["Code"] in aws_errors.THROTTLED
