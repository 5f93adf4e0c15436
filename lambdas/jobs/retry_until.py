"""Many images in one call, and those that met a transient fault again while the call's time lasts."""

import time
from collections.abc import Callable, Sequence
from random import SystemRandom

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from jobs.records import Record, error_item
from pipeline.concurrency import at_once
from pipeline.work_item import Image

ATTEMPTS = 4

# The system's, since copies of one snapshot of a process would all draw the same.
_RANDOM = SystemRandom()


def persist(images: Sequence[Image], answer: Callable[[Image, Deadline], Classification], deadline: Deadline) -> None:
    """Give each image its outcome: its answer, else the fault that it met last.

    A source that is away, or a model that is sick, is tried four times, with pauses between that double (full jitter).
    Raises ModelError when that is all that was met.
    """
    late = OutOfTimeError("The function's time ended before the image was done.")
    for image in images:
        image.outcome = late
    waiting = list(images)
    for attempt in range(ATTEMPTS):
        if attempt:
            pause = _RANDOM.uniform(0, 2 ** (attempt - 1))
            if not waiting or pause >= deadline.seconds_left():
                break
            time.sleep(pause)
        # Each attempt is a call of its own: in one, a model that did not load is not loaded again.
        for position, outcome in at_once(waiting, answer, Deadline(deadline.seconds_left())):
            waiting[position].outcome = outcome
        waiting = [image for image in waiting if isinstance(image.outcome, SourceUnavailableError | ModelError)]
    sick = [image.outcome for image in images if isinstance(image.outcome, ModelError)]
    if sick and len(sick) == len(images):
        raise sick[0]


def to_records(images: Sequence[Image]) -> list[Record]:
    """The record of each image: its result, or the error item of what it met."""
    return [
        image.outcome.result.as_dict()
        if isinstance(image.outcome, Classification)
        else error_item(image.id, image.task.url, type(image.outcome).__name__)
        for image in images
    ]
