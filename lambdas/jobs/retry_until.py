"""Classify many images in one call, and retry those that failed with a transient error until the call's deadline."""

import time
from collections.abc import Callable, Sequence
from random import SystemRandom

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from jobs.records import Record, error_item
from pipeline.concurrency import run_concurrently
from telemetry.work_item import WorkItem

ATTEMPTS = 4

# The system's generator, because processes restored from the same snapshot would share the state of any other.
_RANDOM = SystemRandom()


def retry_until(
    items: Sequence[WorkItem], classify: Callable[[WorkItem, Deadline], Classification], deadline: Deadline
) -> None:
    """Set the outcome of each image: its classification, else its last error.

    Images whose source is unavailable, or whose model cannot be used, are tried up to four times, with exponential
    backoff and full jitter.

    Args:
        items: The images.
        classify: Returns the classification of an image or raises its error.
        deadline: When to stop.

    Raises:
        ModelError: No image got past its model.
    """
    late = OutOfTimeError("The function's time ended before the image was classified.")
    for item in items:
        item.outcome = late
    pending = list(items)
    for attempt in range(ATTEMPTS):
        if attempt:
            pause = _RANDOM.uniform(0, 2 ** (attempt - 1))
            if not pending or pause >= deadline.seconds_left():
                break
            time.sleep(pause)
        # A new deadline for each attempt: within one, a model that did not load is not loaded again.
        for index, outcome in run_concurrently(pending, classify, Deadline(deadline.seconds_left())):
            pending[index].outcome = outcome
        pending = [item for item in pending if isinstance(item.outcome, SourceUnavailableError | ModelError)]
    model_errors = [item.outcome for item in items if isinstance(item.outcome, ModelError)]
    if model_errors and len(model_errors) == len(items):
        raise model_errors[0]


def to_records(items: Sequence[WorkItem]) -> list[Record]:
    """Return the record of each image: its result, or the error item of its last error."""
    return [
        item.outcome.result.as_dict()
        if isinstance(item.outcome, Classification)
        else error_item(item.id, item.task.url, type(item.outcome).__name__)
        for item in items
    ]
