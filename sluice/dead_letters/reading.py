"""Reads a queue and leaves it as it was: SQS cannot browse, so what is read is hidden and then given back."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from sluice.dead_letters.letter import Letter
from sluice.errors import SluiceError

HIDDEN_SECONDS = 120  # after a reader was killed, too, everything is there again
_CALL = 10  # messages that one SQS call takes
_IN_FLIGHT = 120_000
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Reading:
    """A queue's letters, each once; as a context manager it gives back at its end whatever was not `settled`.

    `doubts`: why it may not have met all, in sentences.
    """

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url
        self._receipts: dict[str, str] = {}
        self._seen: set[str] = set()
        self.doubts: list[str] = []

    def __enter__(self) -> Self:
        """Raises SluiceError when reading would move messages."""
        told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[*_COUNTS, "RedrivePolicy"])
        counts = told["Attributes"]
        if counts.get("RedrivePolicy"):
            raise SluiceError(
                f"The queue {self._url} gives messages up that were received often, and reading receives them: "
                "take its redrive policy away first."
            )
        self._visible, self._hidden = (int(counts[name]) for name in _COUNTS)
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back(self._receipts)

    def letters(self, most: int = _CALL) -> Iterator[list[Letter]]:
        """New ones, up to `most` (1 to 10) at once, until the queue gives no more; hidden for HIDDEN_SECONDS each."""
        empty = again = 0
        while empty < (1 if len(self._seen) >= self._visible else 2) and again <= len(self._receipts):
            try:
                letters = [Letter.of(message) for message in self._receive(most)]
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("OverLimit", "AWS.SimpleQueueService.OverLimit"):
                    raise
                self.doubts.append(f"SQS hides at most {_IN_FLIGHT:,} messages at once, so the rest was not read.")
                return
            self._receipts |= {letter.message_id: letter.receipt for letter in letters}
            new = [letter for letter in letters if letter.message_id not in self._seen]
            self._seen |= {letter.message_id for letter in new}
            empty = 0 if letters else empty + 1
            again = 0 if new else again + len(letters)  # in a long reading what was hidden first is met again
            if new:
                yield new
        missed = self._visible + self._hidden - len(self._seen)
        if missed > 0:
            self.doubts.append(
                f"About {missed:,} more are hidden at the moment, by another reader or one that was killed: "
                f"look again in {HIDDEN_SECONDS // 60} minutes."
            )

    def settled(self, letters: Iterable[Letter]) -> None:
        """These are no longer in the queue, so they cannot be given back."""
        for letter in letters:
            self._receipts.pop(letter.message_id, None)

    def _receive(self, most: int) -> Sequence[dict[str, Any]]:
        received: Sequence[dict[str, Any]] = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=1,  # a long poll asks all of SQS's servers, a short one only some
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        return received

    def _give_back(self, receipts: dict[str, str]) -> None:
        """Whatever fails here comes back by itself, only later."""
        held = list(receipts.values())
        for start in range(0, len(held), _CALL):
            entries = [
                {"Id": str(place), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for place, receipt in enumerate(held[start : start + _CALL])
            ]
            try:
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError):
                return
