"""The stages of classifying an image: admit images while there is time, and measure how long each stage takes."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from time import perf_counter, time

from inference.cores import Cores, Share
from inference.deadline import Deadline
from inference.errors import OutOfTimeError

_SAFETY_FACTOR = 1.5
_DECAY = 0.9


class Timings(dict[str, float]):
    """Seconds by stage (fetch, decode, infer), in the order in which the stages ended.

    Attributes:
        ended_at: When each stage ended, in seconds since the epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ended_at: dict[str, float] = {}

    def __setitem__(self, stage: str, seconds: float) -> None:
        super().__setitem__(stage, seconds)
        self.ended_at[stage] = time()


class Stage:
    """A stage that needs processor cores: admits images as cores become free, and estimates what one image takes.

    The estimate rises at once to the slowest image and decays slowly. An image that did not finish before the deadline
    counts with the time that it had until then, because Lambda may freeze the process for minutes after the call.

    Args:
        name: The key of this stage in `Timings`.
        cost: First estimate of the seconds for one image.
        cores: The cores that all stages share.
        share: How many of them one image needs.
    """

    def __init__(self, name: str, cost: float, cores: Cores, share: Share) -> None:
        self.name = name
        self.cost = cost
        self._cores = cores
        self._share = share

    @property
    def expected_seconds(self) -> float:
        """Seconds to reserve for the next image: the estimate and a margin."""
        return _SAFETY_FACTOR * self.cost

    def refuse(self) -> OutOfTimeError:
        """Return the error for an image with too little time left, and lower the estimate.

        Without lowering it, one very slow image would keep out all that follow.
        """
        self.cost *= _DECAY
        return OutOfTimeError("The function's time left is too short for another image.")

    @contextmanager
    def run(self, deadline: Deadline, timings: MutableMapping[str, float]) -> Iterator[None]:
        """Wait for the cores, then time the body of the with-statement into `timings`.

        Raises:
            OutOfTimeError: The cores did not become free in time, or the body would end too late.
        """
        if not self._cores.acquire(self._share, deadline.seconds_left()):
            raise OutOfTimeError("The function's time ended before a core was free for the image.")
        started, left = perf_counter(), deadline.seconds_left()
        try:
            if left < self.expected_seconds:
                raise self.refuse()
            yield
            self.cost = max(min(perf_counter() - started, left), _DECAY * self.cost)
        finally:
            timings[self.name] = perf_counter() - started
            self._cores.release(self._share)
