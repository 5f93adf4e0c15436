"""Keep an engine's greetings out of the function's log."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_STANDARD_ERROR = 2
_lock = Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Send what is written to standard error meanwhile nowhere, by this process's libraries and other threads too.

    The engines have no setting that keeps them from writing while they start. What they have to say about a failure
    comes back as an exception.
    """
    with _lock:  # or two threads would each take the other's redirection for the real thing
        real = os.dup(_STANDARD_ERROR)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _STANDARD_ERROR)
            os.close(nowhere)
            yield
        finally:
            os.dup2(real, _STANDARD_ERROR)
            os.close(real)
