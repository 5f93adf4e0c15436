"""The processor cores that a function's memory buys, and whose turn it is to compute on them."""

import os
from collections.abc import Mapping
from enum import Enum
from threading import Condition, Lock

MEGABYTES_PER_CORE = 1769


def threads(environment: Mapping[str, str]) -> int:
    """How many threads may compute: the whole cores that the function's memory buys, at most the machine's."""
    memory = int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEGABYTES_PER_CORE))
    return max(1, min(memory // MEGABYTES_PER_CORE, os.cpu_count() or 1))


class Share(Enum):
    """What an image needs at a time: one core to be decoded, all of them to be inferred."""

    ONE = "one"
    ALL = "all"


class Cores:
    """Lends `count` cores, so that no more threads compute than there are cores, and none is idle for long.

    Who needs all of them has to wait until the last one is free. So whichever share is being lent goes on being lent
    while it is wanted: images at hand are decoded together, then inferred one after the other. On one core nobody waits
    for another core, and what is decoded is inferred next.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count
        self._lock = Lock()
        self._turns = {share: Condition(self._lock) for share in Share}
        self._waiting = dict.fromkeys(Share, 0)
        self._favoured = Share.ALL

    def take(self, share: Share, seconds: float) -> bool:
        """Wait for a share, at most so long. Whether it was got; then it is to be given back."""
        with self._lock:
            self._waiting[share] += 1
            got = self._turns[share].wait_for(lambda: self._may_begin(share), max(seconds, 0))
            self._waiting[share] -= 1
            if got:
                self._free -= self._size(share)
                if self._count > 1:
                    self._favoured = share
            self._wake()
        return got

    def give_back(self, share: Share) -> None:
        with self._lock:
            self._free += self._size(share)
            self._wake()

    def _size(self, share: Share) -> int:
        return self._count if share is Share.ALL else 1

    def _may_begin(self, share: Share) -> bool:
        others = any(self._waiting[other] for other in Share if other is not share)
        return self._free >= self._size(share) and (share is self._favoured or not others)

    def _wake(self) -> None:
        """Call the next, who calls the one after once it has taken its share."""
        for share, turn in self._turns.items():
            if self._may_begin(share):
                turn.notify()
