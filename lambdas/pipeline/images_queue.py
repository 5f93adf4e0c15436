"""The queue that images come from: delete the messages that have a result, delay the retry of those that failed."""

from collections.abc import Callable, Iterator, Sequence
from random import SystemRandom
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from inference.classify import Classification
from inference.errors import ModelError, OutOfTimeError
from pipeline.outbox import NotAcceptedError
from pipeline.sqs_limits import DEDUPLICATION_SECONDS, MAX_ENTRIES
from telemetry.work_item import WorkItem

MAX_DELAY_SECONDS = 15 * 60

# After NotAcceptedError the results queue may contain the result although its reply was lost. For the queue to drop the
# duplicate, the remaining time must be enough to receive the message, and to classify and send its image again.
MAX_NOT_ACCEPTED_DELAY_SECONDS = DEDUPLICATION_SECONDS - 100

# The system's generator, because processes restored from the same snapshot would share the state of any other.
_RANDOM = SystemRandom()


class ImagesQueue:
    """The queue that a batch of images was received from.

    An error of SQS is only logged, because Lambda deletes messages and the visibility timeout brings messages back.
    """

    def __init__(self, logger: Logger, sqs: Any, queue_url: str, *, retry_seconds: int) -> None:
        """Create a queue.

        Args:
            logger: The function's logger.
            sqs: A client of SQS.
            queue_url: The URL of the queue.
            retry_seconds: Delay after the first failed attempt; it doubles with each further one.
        """
        self._logger = logger
        self._sqs = sqs
        self._queue_url = queue_url
        self._retry_seconds = retry_seconds

    def update_messages(self, items: Sequence[WorkItem]) -> None:
        """Delete the messages of images with a result, and delay the retry of those that failed.

        If nothing failed and no shadow has to score an image, nothing is deleted here: the call ends in a moment, and
        Lambda then deletes the messages without a request that is billed.
        """
        classified = [item for item in items if isinstance(item.outcome, Classification)]
        failed = [item for item in items if not isinstance(item.outcome, Classification)]
        if failed or any(isinstance(item.outcome, Classification) and item.outcome.shadow for item in classified):
            self.delete_messages(classified)
        self.delay_retry(failed)

    def delete_messages(self, items: Sequence[WorkItem]) -> None:
        """Delete messages whose results were accepted, before anything that could end the process.

        A message that came back would be classified again, and the results queue drops duplicates only for a while.
        """
        entries = [{"ReceiptHandle": receipt} for receipt in map(_receipt, items) if receipt]
        self._send_batches(
            self._sqs.delete_message_batch, entries, "Messages could not be deleted; Lambda deletes them"
        )

    def delay_retry(self, items: Sequence[WorkItem]) -> None:
        """Set the visibility timeout of messages that failed, so that they are received again after their delay.

        Messages that met a ModelError keep the queue's longer visibility timeout, because a person has to act first.
        """
        entries = [
            {"ReceiptHandle": receipt, "VisibilityTimeout": compute_delay(item, self._retry_seconds)}
            for item in items
            if (receipt := _receipt(item)) and not isinstance(item.outcome, ModelError)
        ]
        message = "Retries could not be delayed; the visibility timeout of the queue applies"
        self._send_batches(self._sqs.change_message_visibility_batch, entries, message)

    def _send_batches(self, request: Callable[..., Any], entries: Sequence[dict[str, Any]], warning: str) -> None:
        for batch in _batches(entries):
            try:
                reply = request(QueueUrl=self._queue_url, Entries=batch)
            except (ClientError, BotoCoreError) as error:
                self._logger.warning(warning, error=str(error))
                return
            if reply.get("Failed"):
                self._logger.warning(warning, failed=reply["Failed"])


def compute_delay(item: WorkItem, retry_seconds: int) -> int:
    """Return the seconds until a failed message may be received again: exponential backoff, half of it random.

    Args:
        item: The image, with its error as the outcome.
        retry_seconds: Delay after the first failed attempt.

    Returns:
        0 after OutOfTimeError, because nothing is wrong with the image; else up to MAX_DELAY_SECONDS, or up to
        MAX_NOT_ACCEPTED_DELAY_SECONDS after NotAcceptedError.
    """
    if isinstance(item.outcome, OutOfTimeError):
        return 0
    not_accepted = isinstance(item.outcome, NotAcceptedError)
    limit = MAX_NOT_ACCEPTED_DELAY_SECONDS if not_accepted else MAX_DELAY_SECONDS
    longest = min(limit, retry_seconds * 2 ** min(item.receives - 1, 16))
    return round(_RANDOM.uniform(longest / 2, longest))


def _receipt(item: WorkItem) -> str:
    return str(item.record.get("receiptHandle") or "") if item.record else ""


def _batches(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    numbered = [{"Id": str(index), **entry} for index, entry in enumerate(entries)]
    for start in range(0, len(numbered), MAX_ENTRIES):
        yield numbered[start : start + MAX_ENTRIES]
