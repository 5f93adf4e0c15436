"""The processor cores that a function's memory size buys, and the order in which threads compute on them."""

import os
from collections.abc import Mapping
from enum import Enum
from threading import Condition, Lock

# Lambda's documentation: at 1,769 MB a function has the equivalent of one vCPU.
MEGABYTES_PER_CORE = 1769


def count_threads(environment: Mapping[str, str]) -> int:
    """Return how many threads may compute at a time: the whole cores of the memory size, at most the machine's."""
    memory = int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEGABYTES_PER_CORE))
    return max(1, min(memory // MEGABYTES_PER_CORE, os.cpu_count() or 1))


class Share(Enum):
    """The cores that one image needs: one to be decoded, all to be inferred."""

    ONE = "one"
    ALL = "all"


class Cores:
    """Lends cores so that no more threads compute than there are cores, and no core is idle for long.

    A thread that needs all cores has to wait until the last one is free. Therefore the kind of share that is being lent
    stays preferred while threads wait for it: the images at hand are decoded in parallel, then inferred one after the
    other. On one core nothing is gained by that, so a decoded image is inferred next.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count
        self._lock = Lock()
        self._turns = {share: Condition(self._lock) for share in Share}
        self._waiting = dict.fromkeys(Share, 0)
        self._preferred = Share.ALL

    def acquire(self, share: Share, timeout: float) -> bool:
        """Wait for a share for at most `timeout` seconds.

        Returns:
            Whether the share was acquired. If so, the caller must release it.
        """
        with self._lock:
            self._waiting[share] += 1
            acquired = self._turns[share].wait_for(lambda: self._is_available(share), max(timeout, 0))
            self._waiting[share] -= 1
            if acquired:
                self._free -= self._size(share)
                if self._count > 1:
                    self._preferred = share
            self._notify_next()
        return acquired

    def release(self, share: Share) -> None:
        """Return an acquired share."""
        with self._lock:
            self._free += self._size(share)
            self._notify_next()

    def _size(self, share: Share) -> int:
        return self._count if share is Share.ALL else 1

    def _is_available(self, share: Share) -> bool:
        others_wait = any(self._waiting[other] for other in Share if other is not share)
        return self._free >= self._size(share) and (share is self._preferred or not others_wait)

    def _notify_next(self) -> None:
        """Wake one thread, which wakes the next one after it has acquired its share."""
        for share, turn in self._turns.items():
            if self._is_available(share):
                turn.notify()
