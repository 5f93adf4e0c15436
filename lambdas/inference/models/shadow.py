"""A model's shadow: another version that scores the same images for comparison. Its scores are never sent."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic, perf_counter

import numpy as np
from numpy.typing import NDArray

from inference.deadline import Deadline
from inference.errors import SourceUnavailableError
from inference.messages import Label
from inference.models.comparison import (
    Comparison,
    Image,
    PendingComparison,
    compare_labels,
    defer,
    max_deferred_bytes,
)
from inference.models.model import Model, load_model
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec

# A shadow that could not be loaded is tried again after this time, not for each image.
RELOAD_SECONDS = 60.0

_SAFETY_FACTOR = 1.5
_LOADER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shadow")


class Shadow:
    """The shadow of a deployed model. It is loaded in the background, so no image waits for it.

    Args:
        name: The name of the deployed model.
        address: The address of the shadow's bundle.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._address = address
        self._lock = Lock()
        self._load: Future[Model] | None = None
        self._reload_at = 0.0
        self._cost = 0.25  # seconds of the slowest recent comparison; the first value is a guess

    def get_model(self) -> Model | None:
        """Return the shadow's model, None while it is being loaded.

        Raises:
            Exception: Any error of the load, which is tried again RELOAD_SECONDS later.
        """
        load = self._start_loading()
        return load.result() if load.done() else None

    def preload(self, seconds: float) -> str | None:
        """Load the shadow while the process starts, and wait for it for at most `seconds`.

        Returns:
            A sentence if the load has failed by then, else None.
        """
        load = self._start_loading()
        wait([load], seconds)
        error = load.exception() if load.done() else None
        return None if error is None else f"The shadow of {self.name}: {error}"

    def defer(self, data: bytes | bytearray, array: NDArray[np.float32], spec: InputSpec) -> PendingComparison:
        """Keep an image for `compare`, unless the shadow is not loaded yet or there is no memory for the image.

        Args:
            data: The image file.
            array: The input tensor that the deployed model received.
            spec: The description of `array`.

        Returns:
            The pending comparison: of the tensor if the shadow expects the same input, else of the file.
        """
        try:
            model = self.get_model()
        except Exception:  # reported by `compare`
            model = None
        if model is None:
            return PendingComparison(None)
        return defer(array if model.input == spec else data, max_deferred_bytes())

    def compare(self, pending: PendingComparison, deadline: Deadline) -> Comparison | None:
        """Score a deferred image and compare the labels. Returns by the deadline, even if the shadow hangs.

        Returns:
            The comparison, or None if the image was not kept or the time left is too short.

        Raises:
            Exception: Any error of the shadow's load or of its scoring.
        """
        image, model = pending.release_image(), self.get_model()
        if image is None or model is None:
            return None
        if deadline.seconds_left() < _SAFETY_FACTOR * self._cost:
            self._cost *= 0.9  # else one very slow image would keep out all that follow
            return None
        started = perf_counter()
        try:
            labels = deadline.run(_score, model, image)
        except SourceUnavailableError:  # raised by `Deadline.run` when it expires
            return None
        finally:
            self._cost = max(perf_counter() - started, 0.9 * self._cost)
        return compare_labels(pending.labels, labels)

    def _start_loading(self) -> Future[Model]:
        """Return the current load, started now if there is none or it is time to try again."""
        with self._lock:
            load = self._load
            if load is None or (load.done() and load.exception() and monotonic() >= self._reload_at):
                load = self._load = _LOADER.submit(self._load_model)
            return load

    def _load_model(self) -> Model:
        try:
            return load_model(self._address)
        finally:
            self._reload_at = monotonic() + RELOAD_SECONDS


def _score(model: Model, image: Image) -> tuple[Label, ...]:
    """Return all labels of the model, best first."""
    array = image if isinstance(image, np.ndarray) else prepare_image(image, model.input)
    return model.predict(array, len(model.labels))
