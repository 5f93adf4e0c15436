"""One moment by which a whole exchange must have ended, whatever it is waiting for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar

from inference.errors import SourceUnavailableError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Name resolution takes no time-out, so it runs here and is left behind when it is late.
_WAITERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="deadline")


class Deadline:
    """A moment on the monotonic clock, `seconds` from now; `began` is that now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.began = monotonic()
        self._at = self.began + seconds

    def left(self) -> float:
        """Seconds until the deadline; negative once it has passed."""
        return self._at - monotonic()

    def remaining(self) -> float:
        """Seconds until the deadline, more than 0. Raises SourceUnavailableError once it has passed."""
        left = self.left()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> SourceUnavailableError:
        """The fault of an exchange that outlived this deadline."""
        return SourceUnavailableError(f"The image was not there after {self.seconds:.1f} seconds.")

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What `function`, which itself takes no time-out, returns. Raises SourceUnavailableError when it is late."""
        remaining = self.remaining()
        future = _WAITERS.submit(function, *args, **kwargs)
        try:
            return future.result(timeout=remaining)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise self.passed() from None
