"""A web that behaves as a test wants it to: files that are there, slow, or failing for a while."""

import math
from collections import Counter
from dataclasses import dataclass
from threading import Event
from time import sleep

from sluice.image_server import File, ImageServer

FOREVER = math.inf
BUSY = File(b"busy", "text/plain", 503)


@dataclass(frozen=True)
class _Trouble:
    failures: float
    seconds: float
    reached: Event


class Outside:
    """Answers for a site: `files` by path, with trouble at some of them; `asked` counts the requests of each path."""

    server: ImageServer

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.asked: Counter[str] = Counter()
        self._troubles: dict[str, _Trouble] = {}

    def answer(self, path: str) -> File | None:
        self.asked[path] += 1
        if trouble := self._troubles.get(path):
            trouble.reached.set()
            sleep(trouble.seconds)
            if self.asked[path] <= trouble.failures:
                return BUSY
        return self.files.get(path)

    def trouble(self, path: str, *, like: str = "", failures: float = 0, seconds: float = 0) -> str:
        """Make a path that has the file of another, after so many 503 and each time so late; its address.

        It must be new: what an earlier test has asked for already cannot be waited for or counted by the next.
        """
        assert path not in self._troubles, f"another test has made {path}"
        if like:
            self.files[path] = self.files[like]
        self._troubles[path] = _Trouble(failures, seconds, Event())
        return self.address(path)

    def wait_until_asked(self, path: str, *, within: float = 30) -> None:
        """Return once somebody waits for the answer of a path with trouble."""
        assert self._troubles[path].reached.wait(within), f"nobody has asked for {path}"

    def address(self, path: str) -> str:
        return self.server.url(path)
