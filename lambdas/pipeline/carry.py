"""Answer many records at once and send what comes, as it comes."""

from collections.abc import Callable, Sequence

from inference.classify import Answer
from inference.deadline import Deadline
from inference.faults import OutOfTime
from pipeline.at_once import at_once
from pipeline.outbox import MAX_ENTRIES, Outbox
from pipeline.records import Record, receive_count


def carry(
    records: Sequence[Record], answer: Callable[[Record, Deadline], Answer], outbox: Outbox, deadline: Deadline
) -> list[Answer | BaseException]:
    """For each record, in order: its answer once the outbox has accepted it, else why its message must come again.

    Returns soon after the deadline whatever the records do. Those received most often go first, so that a message
    handed back for lack of time is not handed back for ever.
    """
    late = OutOfTime("The function's time ended before the image was done.")
    outcomes: list[Answer | BaseException] = [late] * len(records)
    order = sorted(range(len(records)), key=lambda index: -receive_count(records[index]))
    ready: list[tuple[int, Answer]] = []
    for position, outcome in at_once([records[index] for index in order], answer, deadline):
        if isinstance(outcome, BaseException):
            outcomes[order[position]] = outcome
            continue
        ready.append((order[position], outcome))
        if len(ready) == MAX_ENTRIES:
            _send(ready, outbox, outcomes)
    _send(ready, outbox, outcomes)
    return outcomes


def _send(ready: list[tuple[int, Answer]], outbox: Outbox, outcomes: list[Answer | BaseException]) -> None:
    """Send the answers that are ready, note what became of each, and empty the list."""
    for (index, answer), fault in zip(ready, outbox.send([answer.result for _, answer in ready]), strict=True):
        outcomes[index] = answer if fault is None else fault
    ready.clear()
