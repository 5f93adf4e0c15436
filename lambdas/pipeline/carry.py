"""Answer many records at once and send what comes, as it comes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from inference.classify import Answer
from inference.deadline import Deadline
from inference.faults import OutOfTime
from pipeline.outbox import MAX_ENTRIES, Outbox
from pipeline.records import Record, receive_count

CONCURRENT_IMAGES = 10

_POOL = ThreadPoolExecutor(max_workers=CONCURRENT_IMAGES, thread_name_prefix="image")


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
    futures = {_POOL.submit(answer, records[index], deadline): index for index in order}
    ready: list[tuple[int, Answer]] = []
    try:
        for future in as_completed(futures, timeout=max(deadline.left(), 0)):
            fault = future.exception()
            if fault is not None:
                outcomes[futures[future]] = fault
                continue
            ready.append((futures[future], future.result()))
            if len(ready) == MAX_ENTRIES:
                _send(ready, outbox, outcomes)
    except TimeoutError:
        for future in futures:
            future.cancel()
    _send(ready, outbox, outcomes)
    return outcomes


def _send(ready: list[tuple[int, Answer]], outbox: Outbox, outcomes: list[Answer | BaseException]) -> None:
    """Send the answers that are ready, note what became of each, and empty the list."""
    for (index, answer), fault in zip(ready, outbox.send([answer.result for _, answer in ready]), strict=True):
        outcomes[index] = answer if fault is None else fault
    ready.clear()
