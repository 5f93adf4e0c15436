"""Task to result: choose the model, fetch, decode and infer."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from inference.cores import Cores, Share, count_threads
from inference.deadline import Deadline
from inference.errors import InputError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from inference.models.comparison import PendingComparison
from inference.models.model import Model
from inference.models.registry import ModelRegistry
from inference.models.shadow import Shadow
from inference.prepare import prepare_image
from inference.stage import Stage, Timings

Fetch: TypeAlias = Callable[[str, Deadline], bytes | bytearray]

FETCH_SECONDS = 10.0

# Time to report the failure of a fetch that used all the time it had.
_REPORT_SECONDS = 0.25

CORES = Cores(count_threads(os.environ))
DECODE = Stage("decode", cost=0.25, cores=CORES, share=Share.ONE)
INFER = Stage("infer", cost=0.25, cores=CORES, share=Share.ALL)


@dataclass(frozen=True, slots=True)
class Classification:
    """The result of one task and how it came about.

    Attributes:
        result: The prediction, or the rejection if the input was at fault.
        timings: Seconds that each stage (fetch, decode, infer) took.
        shadow: The shadow of the model and the image that it has yet to score. None for a rejection, and for a model
            without a shadow.
    """

    result: Prediction | Rejection
    timings: Timings = field(default_factory=Timings)
    shadow: tuple[Shadow, PendingComparison] | None = None


def classify_task(
    task: Task | Rejection, models: ModelRegistry, fetch: Fetch, deadline: Deadline, timings: Timings
) -> Classification:
    """Classify the image of a task with the model that the task names.

    Safe to call from several threads: they fetch in parallel, and decode and infer as cores become free.

    Args:
        task: The task, or the rejection that parsing it gave, which is passed through.
        models: The deployed models.
        fetch: Returns the bytes behind an address within a deadline.
        deadline: When the function's call has to end.
        timings: Receives the seconds of each stage, also when an error is raised.

    Returns:
        The prediction, or a rejection if the task or its image is at fault.

    Raises:
        ModelError: The model cannot be loaded or gives invalid scores.
        SourceUnavailableError: The image cannot be fetched at the moment.
        OutOfTimeError: The deadline is too near for an image as slow as earlier ones.
    """
    if isinstance(task, Rejection):
        return Classification(task, timings)
    try:
        model = models.get(task.model, deadline)
    except InputError as error:
        return Classification(Rejection(task.id, task.url, error.code, error.message), timings)
    return classify_image(task, model, fetch, deadline, timings, models.get_shadow(task.model))


def classify_sample(models: ModelRegistry, id_: str, deadline: Deadline, timings: Timings) -> Classification:
    """Classify the sample image of the default model's bundle.

    Args:
        models: The deployed models.
        id_: The id of the result.
        deadline: See `classify_task`.
        timings: See `classify_task`.

    Raises:
        ModelError: See `classify_task`.
        OutOfTimeError: See `classify_task`.
    """
    model = models.get()
    task = Task(id_, model.sample_url)
    return classify_image(task, model, lambda *_: model.sample, deadline, timings, models.get_shadow())


def classify_image(
    task: Task, model: Model, fetch: Fetch, deadline: Deadline, timings: Timings, shadow: Shadow | None = None
) -> Classification:
    """Classify the image of a task with a loaded model, and keep the image for the model's shadow.

    Args:
        task: The task. Its `model` is ignored.
        model: The model to use.
        fetch: See `classify_task`.
        deadline: See `classify_task`.
        timings: See `classify_task`.
        shadow: The shadow of the model, if it has one.

    Returns:
        The prediction, or a rejection if the image is at fault.

    Raises:
        ModelError: The model gives invalid scores.
        SourceUnavailableError: See `classify_task`.
        OutOfTimeError: See `classify_task`.
    """
    try:
        data = _fetch(task.url, fetch, deadline, timings)
        with DECODE.run(deadline, timings):
            array = prepare_image(data, model.input)
        pending = shadow.defer(data, array, model.input) if shadow else None
        del data
        with INFER.run(deadline, timings):
            labels = model.predict(array, len(model.labels) if pending else task.top)
    except InputError as error:
        return Classification(Rejection(task.id, task.url, error.code, error.message, _total(timings)), timings)
    prediction = Prediction(task.id, task.url, labels[: task.top], model.name, model.sha256, _total(timings))
    if shadow is None or pending is None:
        return Classification(prediction, timings)
    pending.labels = labels
    return Classification(prediction, timings, (shadow, pending))


def _fetch(url: str, fetch: Fetch, deadline: Deadline, timings: Timings) -> bytes | bytearray:
    """Return the image's bytes within FETCH_SECONDS, and early enough to classify them afterwards.

    A fetch that ran out of time counts as out of time if more than half of the call was over when it started, else as
    an unavailable source: otherwise a server that hangs would be asked again without a pause by functions with a short
    timeout.
    """
    left = deadline.seconds_left()
    available = left - max(DECODE.expected_seconds + INFER.expected_seconds, _REPORT_SECONDS)
    if available <= 0:
        INFER.refuse()
        raise DECODE.refuse()
    started = perf_counter()
    try:
        return fetch(url, Deadline(min(FETCH_SECONDS, available)))
    except SourceUnavailableError as error:
        ran_out_of_time = available < FETCH_SECONDS and perf_counter() - started >= available
        if ran_out_of_time and left < deadline.seconds / 2:
            raise OutOfTimeError("The function's time left was too short for the fetch.") from error
        raise
    finally:
        timings["fetch"] = perf_counter() - started


def _total(timings: Timings) -> float:
    return round(sum(timings.values()), 6)
