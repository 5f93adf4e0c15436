"""Ctrl-C or a lost terminal asks to stop, and what was begun is finished: sending and deleting are not cut apart."""

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


_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last comes when a connection to this machine drops


@contextmanager
def patience() -> Iterator[Patience]:
    """SIGINT, SIGTERM and SIGHUP only ask, for the time being; what is ignored, as under nohup, stays so."""
    asked = Patience()

    def ask(*_: object) -> None:
        asked.asked = True

    heeded = [number for number in _ASKING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, ask) for number in heeded}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
