"""Act on chosen dead letters, and delete from their queue those for which the action succeeded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.sqs_limits import MAX_ENTRIES
from sluice.dead_letters.actions import Action
from sluice.dead_letters.letter import DeadLetter
from sluice.dead_letters.scan import Scan
from sluice.errors import convert_error
from sluice.interrupts import Deferred
from sluice.sqs.consumer import Consumer
from sluice.sqs.messages import DeleteError
from sluice.sqs.sending import split_batches


@dataclass
class Result:
    """The outcome of processing the chosen letters.

    Attributes:
        done: Task IDs for which the action succeeded.
        refused: Why the action failed, by task ID; these letters are still in the queue.
        undeleted: Why letters are still in the queue although the action succeeded, by task ID.
        missing: How many of the chosen letters have not been received.
        interrupted: Whether a signal ended it before all letters were processed.
        error: The error that ended it before all letters were processed.
    """

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    undeleted: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    interrupted: bool = False
    error: str | None = None

    @property
    def deleted(self) -> list[str]:
        """Task IDs for which the action succeeded and which are no longer in the queue."""
        return [task_id for task_id in self.done if task_id not in self.undeleted]


def process(
    sqs: Any,
    url: str,
    chosen: Collection[str],
    action: Action,
    interrupts: Deferred,
    rate: float | None = None,
    on_progress: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Act on chosen letters, and delete those for which the action succeeded; the others are released.

    Args:
        sqs: A boto3 client of SQS.
        url: The URL of the dead-letter queue.
        chosen: The message IDs of the letters.
        action: Replay or Drop.
        interrupts: Ends processing after the current batch.
        rate: The largest number of letters per second; None for no limit.
        on_progress: Called with the result so far after each batch, when all of its letters are processed.

    Raises:
        SluiceError: If the queue has a redrive policy. Other errors are in the result.
    """
    result, remaining = Result(), set(chosen)
    task_ids: dict[str, str] = {}

    def act(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        refused = action(letters)
        result.refused |= {letter.task_id: refused[letter.id] for letter in letters if letter.id in refused}
        result.done += [letter.task_id for letter in letters if letter.id not in refused]
        remaining.difference_update(letter.id for letter in letters)
        return refused

    consumer = Consumer(sqs, url, act)
    limit = MAX_ENTRIES if rate is None else max(1, min(MAX_ENTRIES, int(rate)))
    try:
        with Scan(sqs, url) as scan:
            for received in scan.batches(limit):
                start = monotonic()
                letters = [letter for letter in received if letter.id in remaining]
                task_ids |= {letter.id: letter.task_id for letter in letters}
                for batch in split_batches(letters, DeadLetter.replay_size):
                    try:
                        scan.mark_deleted(consumer.process(batch))
                    finally:
                        result.undeleted = {task_ids[id_]: reason for id_, reason in consumer.undeleted.items()}
                on_progress(result)
                result.interrupted = interrupts.requested and bool(remaining)
                if interrupts.requested or not remaining:
                    break
                if rate is not None:
                    interrupts.wait(len(letters) / rate - (monotonic() - start))
    except (BotoCoreError, ClientError, DeleteError, OSError) as error:
        result.error = str(convert_error(error))
    result.missing = len(remaining)
    return result
