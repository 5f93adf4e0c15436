"""Read a dead-letter queue and leave it unchanged.

SQS cannot list messages: they are received, which hides them, and then released.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import time
from typing import Any, Self

from botocore.exceptions import ClientError

from pipeline.sqs_limits import MAX_ENTRIES
from sluice.dead_letters.failures import Failure, Filters, find_failures
from sluice.dead_letters.letter import DeadLetter
from sluice.errors import SluiceError
from sluice.sqs.messages import receive_messages, release_messages

HIDDEN_SECONDS = 120  # the messages of a scan that was killed are visible again after this time
_MAX_IN_FLIGHT = 120_000
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Scan:
    """A context in which a queue's messages are read, each once; at its end those not deleted are released.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.

    Attributes:
        warnings: Why the scan may not have read all messages.
    """

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url
        self._receipts: dict[str, str] = {}
        self._seen: set[str] = set()
        self.warnings: list[str] = []

    def __enter__(self) -> Self:
        """Raise SluiceError if receiving a message might move it to another queue."""
        reply = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[*_COUNTS, "RedrivePolicy"])
        attributes = reply["Attributes"]
        if attributes.get("RedrivePolicy"):
            raise SluiceError(
                f"The queue {self._url} cannot be read without loss: its redrive policy moves messages that are "
                "received often to another queue. Remove the redrive policy first."
            )
        self._visible, self._hidden = (int(attributes[name]) for name in _COUNTS)
        return self

    def __exit__(self, *_: object) -> None:
        release_messages(self._sqs, self._url, list(self._receipts.values()))

    def batches(self, limit: int = MAX_ENTRIES) -> Iterator[list[DeadLetter]]:
        """Yield new letters in batches of up to `limit` (1 to 10), until the queue returns no more.

        Each batch is hidden from other consumers for HIDDEN_SECONDS.
        """
        empty_replies = repeated = 0
        while empty_replies < (1 if len(self._seen) >= self._visible else 2) and repeated <= len(self._receipts):
            try:
                letters = self._receive(limit)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("OverLimit", "AWS.SimpleQueueService.OverLimit"):
                    raise
                self.warnings.append(
                    f"SQS hides at most {_MAX_IN_FLIGHT:,} messages at a time, so that the rest was not read."
                )
                return
            self._receipts |= {letter.id: letter.receipt for letter in letters}
            new = [letter for letter in letters if letter.id not in self._seen]
            self._seen |= {letter.id for letter in new}
            empty_replies = 0 if letters else empty_replies + 1
            # In a long scan the letters that were hidden first become visible, and are received again.
            repeated = 0 if new else repeated + len(letters)
            if new:
                yield new
        unread = self._visible + self._hidden - len(self._seen)
        if unread > 0:
            self.warnings.append(
                f"About {unread:,} more are hidden by another command, or by one that was killed: try again in "
                f"{HIDDEN_SECONDS // 60} minutes."
            )

    def mark_deleted(self, letters: Iterable[DeadLetter]) -> None:
        """Exclude letters that have been deleted from those to release."""
        for letter in letters:
            self._receipts.pop(letter.id, None)

    def _receive(self, limit: int) -> list[DeadLetter]:
        messages = receive_messages(self._sqs, self._url, wait=1, limit=limit, hidden_seconds=HIDDEN_SECONDS)
        return [DeadLetter.from_message(message) for message in messages]


@dataclass(frozen=True)
class ListedLetter:
    """A dead letter, and its last failure."""

    letter: DeadLetter
    failure: Failure


@dataclass(frozen=True)
class Listing:
    """Dead letters that match filters, oldest first.

    Attributes:
        letters: The letters, up to the limit.
        warnings: Why some may be missing.
        omitted: How many more match, beyond the limit.
    """

    letters: Sequence[ListedLetter]
    warnings: Sequence[str]
    omitted: int = 0

    def choose_for_replay(
        self, *, again: bool, limit: int | None = None
    ) -> tuple[Sequence[ListedLetter], Sequence[ListedLetter]]:
        """Return the letters to replay, and those to skip since they failed again after an earlier replay.

        Args:
            again: Replay these, too, and skip none.
            limit: The largest number of letters to replay, oldest first; None for all.
        """
        skipped = [listed for listed in self.letters if listed.letter.replays and not again]
        chosen = [listed for listed in self.letters if again or not listed.letter.replays]
        return chosen[:limit], skipped


def list_dead_letters(
    sqs: Any, logs: Any, url: str, worker: str, filters: Filters, limit: int | None = None
) -> Listing:
    """List dead letters, and leave them in their queue.

    Args:
        sqs: A boto3 client of SQS.
        logs: A boto3 client of CloudWatch Logs.
        url: The URL of the dead-letter queue.
        worker: The name of the worker's function.
        filters: The conditions that letters must satisfy.
        limit: The largest number of letters; None for all.

    Raises:
        SluiceError: If the queue has a redrive policy.
    """
    letters: list[DeadLetter] = []
    now = time()
    with Scan(sqs, url) as scan:
        for batch in scan.batches():
            letters += [letter for letter in batch if filters.match_letter(letter, now)]
    letters.sort(key=lambda letter: (letter.sent, letter.id))
    failures = find_failures(logs, worker, letters)
    matching = [
        ListedLetter(letter, failures[letter.id]) for letter in letters if filters.match_failure(failures[letter.id])
    ]
    shown = matching[:limit]
    return Listing(shown, scan.warnings, len(matching) - len(shown))
