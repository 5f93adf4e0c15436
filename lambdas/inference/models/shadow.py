"""A model's shadow: another version that scores what the model has answered, and is never heard."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic, perf_counter

import numpy as np
from numpy.typing import NDArray

from inference.deadline import Deadline
from inference.errors import SourceUnavailableError
from inference.messages import Label
from inference.models.comparison import Comparison, compare
from inference.models.model import Model, ModelStore
from inference.models.pending_comparison import Image, PendingComparison, hold, room
from inference.preprocess.image import Input, prepare

# A shadow that could not be loaded is tried again so much later, not for each image.
AGAIN_SECONDS = 60.0

_MARGIN = 1.5
_LOADER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shadow")


class Shadow:
    """The shadow of the model `name`, the bundle at `address`. It loads in the background: no image waits for it."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._store = ModelStore(address)
        self._lock = Lock()
        self._load: Future[Model] | None = None
        self._again_at = 0.0
        self._cost = 0.25  # seconds of its slowest look of late, at first a guess

    def model(self) -> Model | None:
        """The shadow once it is loaded, None until then. Raises what its load raised, and tries again a while later."""
        load = self._loading()
        return load.result() if load.done() else None

    def try_early(self, seconds: float) -> str | None:
        """Load while the process starts, waiting `seconds` at most; the sentence of what went wrong by then."""
        load = self._loading()
        wait([load], seconds)
        fault = load.exception() if load.done() else None
        return None if fault is None else f"The shadow of {self.name}: {fault}"

    def hold(self, data: bytes | bytearray, array: NDArray[np.float32], taken: Input) -> PendingComparison:
        """Hold an image for `look`: `data` is its file, `array` what its model took of it, which is like `taken`.

        An image that comes before the shadow is loaded, or for which there is no room, is not held.
        """
        try:
            model = self.model()
        except Exception:  # told by `look`
            model = None
        if model is None:
            return PendingComparison(None)
        return hold(array if model.input == taken else data, room())

    def look(self, held: PendingComparison, deadline: Deadline) -> Comparison | None:
        """What the shadow makes of an image; None when it was not held, or when the time left is too short for it.

        Ends by the deadline, whatever the shadow does. Raises whatever the shadow raises.
        """
        image, model = held.take(), self.model()
        if image is None or model is None:
            return None
        if deadline.left() < _MARGIN * self._cost:
            self._cost *= 0.9  # one very slow image must not shut out all that come after it
            return None
        started = perf_counter()
        try:
            labels = deadline.call(_score, model, image)
        except SourceUnavailableError:  # the deadline's word for being late
            return None
        finally:
            self._cost = max(perf_counter() - started, 0.9 * self._cost)
        return compare(held.labels, labels)

    def _loading(self) -> Future[Model]:
        with self._lock:
            load = self._load
            if load is None or (load.done() and load.exception() and monotonic() >= self._again_at):
                load = self._load = _LOADER.submit(self._try)
            return load

    def _try(self) -> Model:
        try:
            return self._store.model()
        finally:
            self._again_at = monotonic() + AGAIN_SECONDS


def _score(model: Model, image: Image) -> tuple[Label, ...]:
    """All labels of the model, best first."""
    array = image if isinstance(image, np.ndarray) else prepare(image, model.input)
    return model.predict(array, len(model.labels))
