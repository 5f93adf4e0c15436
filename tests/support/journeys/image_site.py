"""A website with the images of the tests, which can be slow or fail on request."""

import math
from collections import Counter
from dataclasses import dataclass
from threading import Event
from time import sleep

from sluice.image_server import File, ImageServer

ALWAYS = math.inf
_UNAVAILABLE = File(b"unavailable", "text/plain", 503)


@dataclass(frozen=True)
class _Fault:
    failures: float
    delay: float
    requested: Event


class ImageSite:
    """The files of a website and the faults of some of its paths.

    Attributes:
        server: The server that calls `respond`; set once it is bound.
        files: The files by path.
        requests: Number of requests by path.
    """

    server: ImageServer

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.requests: Counter[str] = Counter()
        self._faults: dict[str, _Fault] = {}

    def respond(self, path: str) -> File | None:
        """Return the response to a request of a path; None for 404."""
        self.requests[path] += 1
        if fault := self._faults.get(path):
            fault.requested.set()
            sleep(fault.delay)
            if self.requests[path] <= fault.failures:
                return _UNAVAILABLE
        return self.files.get(path)

    def add_fault(self, path: str, *, copy_of: str = "", failures: float = 0, delay: float = 0) -> str:
        """Add a path that fails or is slow.

        The path must be new, because requests of an earlier test would count as requests of this one.

        Args:
            path: The new path.
            copy_of: The path whose file it has; empty for no file.
            failures: How many of the first requests get 503.
            delay: Seconds to wait before each response.

        Returns:
            The URL of the path.
        """
        assert path not in self._faults, f"another test has already added {path}"
        if copy_of:
            self.files[path] = self.files[copy_of]
        self._faults[path] = _Fault(failures, delay, Event())
        return self.url(path)

    def wait_for_request(self, path: str, *, within: float = 30) -> None:
        """Wait until a path with a fault has been requested; fail after `within` seconds."""
        assert self._faults[path].requested.wait(within), f"{path} was not requested within {within} s"

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return self.server.url(path)
