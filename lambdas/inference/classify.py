"""Fetch, decode, predict: from one task to its one result."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from inference.cores import Cores, Share, threads
from inference.deadline import Deadline
from inference.errors import InputError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from inference.models.model import Model
from inference.models.pending_comparison import PendingComparison
from inference.models.shadow import Shadow
from inference.preprocess.image import prepare
from inference.stage import Stage
from inference.timings import Timings

Fetch: TypeAlias = Callable[[str, Deadline], bytes | bytearray]

FETCH_SECONDS = 10.0

# Of a call's end, for what a fetch met in its last moment to be told.
_TELL_SECONDS = 0.25

CORES = Cores(threads(os.environ))
DECODE = Stage("decode", cost=0.25, cores=CORES, share=Share.ONE)
INFER = Stage("infer", cost=0.25, cores=CORES, share=Share.ALL)


@dataclass(frozen=True, slots=True)
class Classification:
    """A result, the seconds that each step (fetch, decode, infer) of it took, and what its model's shadow is to see.

    `shadow` is None for a model without one, and for an image that was rejected.
    """

    result: Prediction | Rejection
    steps: Timings = field(default_factory=Timings)
    shadow: tuple[Shadow, PendingComparison] | None = None


def classify(
    task: Task, model: Model, fetch: Fetch, deadline: Deadline, steps: Timings, shadow: Shadow | None = None
) -> Classification:
    """The one answer to `task`: labels, or a rejection when its image is at fault.

    What was done is noted in `steps`, also when there is no answer. The image is held for the model's `shadow`, which
    looks at it once all answers are out.

    Safe to call from several threads: they fetch at once, and decode and infer as there are cores for it. Raises
    SourceUnavailableError, and OutOfTimeError when the deadline is too near for an image as slow as those before.
    """
    try:
        data = _fetch(task.url, fetch, deadline, steps)
        with DECODE.turn(deadline, steps):
            array = prepare(data, model.input)
        held = shadow.hold(data, array, model.input) if shadow else None
        del data
        with INFER.turn(deadline, steps):
            labels = model.predict(array, len(model.labels) if held else task.top)
    except InputError as fault:
        return Classification(Rejection(task.id, task.url, fault.code, fault.message, _total(steps)), steps)
    prediction = Prediction(task.id, task.url, labels[: task.top], model.name, model.sha256, _total(steps))
    if shadow is None or held is None:
        return Classification(prediction, steps)
    held.labels = labels
    return Classification(prediction, steps, (shadow, held))


def _fetch(url: str, fetch: Fetch, deadline: Deadline, steps: Timings) -> bytes | bytearray:
    """The image's bytes, within FETCH_SECONDS and early enough to be classified after it.

    A fetch that lacked time is the call's fault if half of the call was over when it began, else the source's: where a
    whole call is short, a source that hangs would otherwise be asked again and again without a pause.
    """
    left = deadline.left()
    available = left - max(DECODE.need + INFER.need, _TELL_SECONDS)
    if available <= 0:
        INFER.late()
        raise DECODE.late()
    started = perf_counter()
    try:
        return fetch(url, Deadline(min(FETCH_SECONDS, available)))
    except SourceUnavailableError as fault:
        lacked_time = available < FETCH_SECONDS and perf_counter() - started >= available
        if lacked_time and left < deadline.seconds / 2:
            raise OutOfTimeError("The function's time left was too short for the fetch.") from fault
        raise
    finally:
        steps["fetch"] = perf_counter() - started


def _total(steps: Timings) -> float:
    return round(sum(steps.values()), 6)
