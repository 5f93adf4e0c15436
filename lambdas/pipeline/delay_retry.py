"""Say when a message that failed may come again."""

from collections.abc import Sequence
from random import SystemRandom
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import ModelError, OutOfTimeError
from pipeline.outbox import NotAcceptedError
from pipeline.records import Record, receive_count

LONGEST_SECONDS = 15 * 60

# The results queue may have taken the result, and only its answer was lost. It drops the same result for 300 seconds,
# in which the message has to be received, and its image classified and sent again.
LONGEST_UNSURE_SECONDS = 200

MAX_ENTRIES = 10

# The system's, since copies of one snapshot of a process would all draw the same.
_RANDOM = SystemRandom()


def delay(fault: BaseException, receives: int, first_seconds: int) -> int:
    """Seconds to wait: doubling with each receive, half of it at random; at once when only time was short."""
    if isinstance(fault, OutOfTimeError):
        return 0
    most = LONGEST_UNSURE_SECONDS if isinstance(fault, NotAcceptedError) else LONGEST_SECONDS
    longest = min(most, first_seconds * 2 ** min(receives - 1, 16))
    return round(_RANDOM.uniform(longest / 2, longest))


def postpone(
    logger: Logger, sqs: Any, queue_url: str, failed: Sequence[tuple[Record, BaseException]], *, first_seconds: int
) -> None:
    """Set each message's visibility time-out. Failing to is only logged: the queue's own time-out brings it back.

    That, being longer, is also left to messages whose model is sick: it takes a person to mend it.
    """
    entries = [
        {
            "Id": str(index),
            "ReceiptHandle": record["receiptHandle"],
            "VisibilityTimeout": delay(fault, receive_count(record), first_seconds),
        }
        for index, (record, fault) in enumerate(failed)
        if record.get("receiptHandle") and not isinstance(fault, ModelError)
    ]
    for start in range(0, len(entries), MAX_ENTRIES):
        try:
            reply = sqs.change_message_visibility_batch(
                QueueUrl=queue_url, Entries=entries[start : start + MAX_ENTRIES]
            )
        except (ClientError, BotoCoreError) as error:
            logger.warning("Messages could not be postponed, their visibility time-out remains", error=str(error))
            return
        if reply.get("Failed"):
            logger.warning("Some messages could not be postponed", failed=reply["Failed"])
