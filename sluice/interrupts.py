"""Signals that end a command, deferred while a batch is sent and deleted."""

import signal
from time import monotonic, sleep
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # SIGHUP arrives when a terminal or SSH connection closes


class Deferred:
    """Defer SIGINT, SIGTERM and SIGHUP: as a context manager it only records them.

    The code inside checks `requested` between two batches, so that the current batch is completed. A signal that is
    ignored, as SIGHUP is under nohup, stays ignored.

    Attributes:
        requested: Whether one of the signals has arrived.
    """

    def __init__(self) -> None:
        self.requested = False
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        active = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        self._previous = {number: signal.signal(number, self._record) for number in active}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> None:
        """Sleep for a number of seconds, or until a signal arrives."""
        end = monotonic() + seconds
        while not self.requested and (remaining := end - monotonic()) > 0:
            sleep(min(remaining, 0.1))  # polled: a signal handler cannot set an Event that its own thread waits for

    def _record(self, *_: object) -> None:
        self.requested = True
