"""Fetch, decode, predict: from one task to its one result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from inference.deadline import Deadline
from inference.faults import OutOfTime, PermanentFault, SourceUnavailable
from inference.image import prepare
from inference.messages import Prediction, Rejection, Task
from inference.model import Model
from inference.stage import Stage

FETCH_SECONDS = 10.0

DECODE = Stage("decode", cost=0.25)
INFER = Stage("infer", cost=0.25)


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, and the seconds that each step (fetch, decode, infer) of it took."""

    result: Prediction | Rejection
    steps: dict[str, float] = field(default_factory=dict)


def classify(
    task: Task, model: Model, fetch: Callable[[str, Deadline], bytes | bytearray], deadline: Deadline
) -> Answer:
    """The one answer to `task`: labels, or a rejection when its image is at fault.

    Safe to call from several threads: they fetch at once, and decode and infer in turn. Raises SourceUnavailable, and
    OutOfTime when the deadline is too near for an image as slow as those before.
    """
    steps: dict[str, float] = {}
    try:
        data = _fetch(task.url, fetch, deadline, steps)
        with DECODE.turn(deadline, steps):
            array = prepare(data, model.input)
        del data
        with INFER.turn(deadline, steps):
            labels = model.predict(array, task.top)
    except PermanentFault as fault:
        return Answer(Rejection(task.id, task.url, fault.code, fault.message, _total(steps)), steps)
    return Answer(Prediction(task.id, task.url, labels, model.name, model.sha256, _total(steps)), steps)


def _fetch(
    url: str, fetch: Callable[[str, Deadline], bytes | bytearray], deadline: Deadline, steps: dict[str, float]
) -> bytes | bytearray:
    """The image's bytes, within FETCH_SECONDS and early enough to be classified after it."""
    available = deadline.left() - DECODE.need - INFER.need
    if available <= 0:
        INFER.late()
        raise DECODE.late()
    started = perf_counter()
    try:
        return fetch(url, Deadline(min(FETCH_SECONDS, available)))
    except SourceUnavailable as fault:
        if available < FETCH_SECONDS and perf_counter() - started >= available:
            raise OutOfTime("The function's time left was too short for the fetch.") from fault
        raise
    finally:
        steps["fetch"] = perf_counter() - started


def _total(steps: dict[str, float]) -> float:
    return round(sum(steps.values()), 6)
