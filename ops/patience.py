"""Ctrl-C asks to stop, and what was begun is finished: between sending and deleting nothing may be cut off."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep


class Patience:
    """`asked` is true once someone wants an end; `wait` sleeps until then at most."""

    def __init__(self) -> None:
        self.asked = False

    def wait(self, seconds: float) -> None:
        end = monotonic() + seconds
        while not self.asked and (left := end - monotonic()) > 0:
            sleep(min(left, 0.1))  # a handler may not wake a lock that its own thread waits for


@contextmanager
def patience() -> Iterator[Patience]:
    """SIGINT and SIGTERM only ask, for the time being."""
    asked = Patience()

    def ask(*_: object) -> None:
        asked.asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
