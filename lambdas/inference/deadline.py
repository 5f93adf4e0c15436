"""A deadline that several operations in a row share, in place of one timeout for each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar

from inference.errors import SourceUnavailableError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Name resolution accepts no timeout, so it runs in these threads and is abandoned when it is late.
_WAITERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="deadline")


class Deadline:
    """A moment on the monotonic clock.

    Attributes:
        seconds: How long after its creation the deadline expires.
        started_at: When it was created, in seconds of `time.monotonic`.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started_at = monotonic()
        self._expires_at = self.started_at + seconds

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, negative once it has expired."""
        return self._expires_at - monotonic()

    def timeout(self) -> float:
        """Return the seconds until the deadline, for a function that accepts a timeout.

        Returns:
            More than 0, since a timeout of 0 means "do not block" to a socket.

        Raises:
            SourceUnavailableError: The deadline has expired.
        """
        left = self.seconds_left()
        if left <= 0:
            raise self.expired()
        return left

    def expired(self) -> SourceUnavailableError:
        """Return the error of a fetch that did not end by this deadline."""
        return SourceUnavailableError(f"The image did not arrive within {self.seconds:.1f} seconds.")

    def run(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """Call a function that accepts no timeout, and abandon it when the deadline expires.

        Returns:
            The function's result.

        Raises:
            SourceUnavailableError: The function did not return in time. It goes on in its thread.
        """
        timeout = self.timeout()
        future = _WAITERS.submit(function, *args, **kwargs)
        try:
            return future.result(timeout=timeout)
        except TimeoutError:
            if future.done():  # the function raised it, not the wait
                raise
            future.cancel()
            raise self.expired() from None
