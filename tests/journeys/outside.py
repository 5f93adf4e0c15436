"""A web that behaves as a test wants it to: files that are there, slow, or failing for a while."""

from collections import Counter
from threading import Event
from time import sleep

from ops.serving import File, Site


class Outside:
    """Answers for a site: `files` by path; `slow` seconds before an answer; `failures` times a 503 before the file."""

    site: Site

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.slow: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        self.asked: Counter[str] = Counter()
        self.reached: dict[str, Event] = {}

    def answer(self, path: str) -> File | None:
        self.asked[path] += 1
        if reached := self.reached.get(path):
            reached.set()
        sleep(self.slow.get(path, 0))
        if self.asked[path] <= self.failures.get(path, 0):
            return File(b"busy", "text/plain", 503)
        return self.files.get(path)

    def address(self, path: str) -> str:
        return self.site.address(path)
