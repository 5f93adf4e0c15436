"""Keeps the messages that engines print while they start out of the function's log."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_STANDARD_ERROR = 2
_lock = Lock()


@contextmanager
def suppress_stderr() -> Iterator[None]:
    """Discard what this process writes to standard error, including its other threads.

    The engines have no setting against their messages at start. Their failures arrive as exceptions.
    """
    with _lock:  # otherwise one thread could save the other's redirection as the original
        original = os.dup(_STANDARD_ERROR)
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, _STANDARD_ERROR)
            os.close(null)
            yield
        finally:
            os.dup2(original, _STANDARD_ERROR)
            os.close(original)
