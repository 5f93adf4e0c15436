"""Memory with a path: filled once by many threads, then mapped by a library under its name, never copied."""

import mmap
import os
import tempfile


class MemoryFile:
    """`size` bytes (more than 0), in memory where the system lends memory a path (memfd), else in a nameless file.

    Whoever has mapped `path` may go on using it after `close`; until then the pages are held. Raises OSError.
    """

    def __init__(self, name: str, size: int) -> None:
        self.fd = _open(name)
        try:
            os.truncate(self.fd, size)
            self.mapped().close()  # fails here rather than later
        except BaseException:
            os.close(self.fd)
            raise

    @property
    def path(self) -> str:
        return f"/proc/self/fd/{self.fd}"

    def write(self, content: bytes, offset: int) -> None:
        """Put `content` at `offset`; safe to call from several threads."""
        rest = memoryview(content)
        while rest:
            written = os.pwrite(self.fd, rest, offset)
            rest, offset = rest[written:], offset + written

    def mapped(self) -> mmap.mmap:
        """A view of all bytes, to be closed by `with`: each one that is open counts as memory of the process."""
        return mmap.mmap(self.fd, 0, prot=mmap.PROT_READ)

    def close(self) -> None:
        os.close(self.fd)


def _open(name: str) -> int:
    try:
        return os.memfd_create(name)
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())
