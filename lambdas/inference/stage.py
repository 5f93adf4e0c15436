"""A stage of the work that needs the processor, and what an image costs in it."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from time import perf_counter

from inference.cores import Cores, Share
from inference.deadline import Deadline
from inference.errors import OutOfTimeError

_MARGIN = 1.5


class Stage:
    """Lets images in as there are cores for them, a `share` for each, and remembers what an image takes.

    `cost` (seconds) jumps up with the slowest image and comes down slowly; it starts at a guess. Of an image that was
    not done in time it is what the image had until the deadline: its call ends without it, and the process may be
    frozen for minutes before it is done.
    """

    def __init__(self, name: str, cost: float, cores: Cores, share: Share) -> None:
        self.name = name
        self.cost = cost
        self._cores = cores
        self._share = share

    @property
    def need(self) -> float:
        """Seconds that the next image may take."""
        return _MARGIN * self.cost

    def late(self) -> OutOfTimeError:
        """The fault of an image that has too little time left.

        It lowers the cost, since one very slow image must not shut out all that come after it.
        """
        self.cost *= 0.9
        return OutOfTimeError("The function's time left is too short for another image.")

    @contextmanager
    def turn(self, deadline: Deadline, seconds: MutableMapping[str, float]) -> Iterator[None]:
        """Wait for a turn, then time what is done in it into `seconds`. Raises OutOfTimeError when too late."""
        if not self._cores.take(self._share, deadline.left()):
            raise OutOfTimeError("The function's time ended before the image had its turn.")
        started, left = perf_counter(), deadline.left()
        try:
            if left < self.need:
                raise self.late()
            yield
            self.cost = max(min(perf_counter() - started, left), 0.9 * self.cost)
        finally:
            seconds[self.name] = perf_counter() - started
            self._cores.give_back(self._share)
