"""Classify the images of a batch concurrently and send each result as soon as possible."""

from collections.abc import Callable, Sequence

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import OutOfTimeError
from pipeline.concurrency import run_concurrently
from pipeline.outbox import Outbox
from pipeline.sqs_limits import MAX_ENTRIES
from telemetry.work_item import WorkItem


def classify_and_send(
    items: Sequence[WorkItem],
    classify: Callable[[WorkItem, Deadline], Classification],
    outbox: Outbox,
    deadline: Deadline,
) -> None:
    """Set the outcome of each image: its classification once the outbox has accepted it, else an error.

    Returns soon after the deadline, however long an image takes. Messages received most often are started first, so
    that no message is returned to the queue for lack of time again and again.

    Args:
        items: The images of a batch.
        classify: Returns the classification of an image, or raises the error that this image alone fails with.
        outbox: The queue of results.
        deadline: When to stop waiting for images.
    """
    late = OutOfTimeError("The function's time ended before the image was classified.")
    for item in items:
        item.outcome = late
    ordered = sorted(items, key=lambda item: -item.receives)
    ready: list[tuple[WorkItem, Classification]] = []
    for index, outcome in run_concurrently(ordered, classify, deadline):
        if isinstance(outcome, BaseException):
            ordered[index].outcome = outcome
            continue
        ready.append((ordered[index], outcome))
        if len(ready) == MAX_ENTRIES:
            _send(ready, outbox)
            ready = []
    _send(ready, outbox)


def _send(ready: Sequence[tuple[WorkItem, Classification]], outbox: Outbox) -> None:
    errors = outbox.send([(classification.result, item.result_trace_header) for item, classification in ready])
    for (item, classification), error in zip(ready, errors, strict=True):
        item.outcome = classification if error is None else error
