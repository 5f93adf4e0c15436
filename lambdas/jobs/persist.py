"""Many images in one call, and those that met a transient fault again while the call's time lasts."""

import time
from collections.abc import Callable, Sequence
from random import SystemRandom

from inference.classify import Answer
from inference.deadline import Deadline
from inference.faults import ModelFault, OutOfTime, SourceUnavailable
from inference.messages import Rejection, Task
from jobs.records import Record, error_item
from pipeline.at_once import Asked, at_once

ATTEMPTS = 4

# The system's, since copies of one snapshot of a process would all draw the same.
_RANDOM = SystemRandom()


def persist(
    asked: Sequence[Asked], answer: Callable[[Asked, Deadline], Answer], deadline: Deadline
) -> list[Answer | BaseException]:
    """For each, in order: its answer, else the fault that it met last.

    A source that is away, or a model that is sick, is tried four times, with pauses between that double (full jitter).
    Raises ModelFault when that is all that was met.
    """
    late = OutOfTime("The function's time ended before the image was done.")
    outcomes: list[Answer | BaseException] = [late] * len(asked)
    waiting = list(range(len(asked)))
    for attempt in range(ATTEMPTS):
        if attempt:
            pause = _RANDOM.uniform(0, 2 ** (attempt - 1))
            if not waiting or pause >= deadline.left():
                break
            time.sleep(pause)
        # Each attempt is a call of its own: in one, a model that did not load is not loaded again.
        for position, outcome in at_once([asked[index] for index in waiting], answer, Deadline(deadline.left())):
            outcomes[waiting[position]] = outcome
        waiting = [index for index in waiting if isinstance(outcomes[index], SourceUnavailable | ModelFault)]
    sick = [outcome for outcome in outcomes if isinstance(outcome, ModelFault)]
    if sick and len(sick) == len(asked):
        raise sick[0]
    return outcomes


def to_records(tasks: Sequence[Task | Rejection], outcomes: Sequence[Answer | BaseException]) -> list[Record]:
    """The record of each task: its result, or the error item of what it met."""
    return [
        outcome.result.as_dict()
        if isinstance(outcome, Answer)
        else error_item(task.id, task.url, type(outcome).__name__)
        for task, outcome in zip(tasks, outcomes, strict=True)
    ]
