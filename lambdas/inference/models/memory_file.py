"""A file in memory: filled by several threads, then mapped by a library under its path without a copy."""

import mmap
import os
import tempfile


class MemoryFile:
    """`size` bytes in memory with a path (memfd), or in a deleted temporary file where the system has no memfd.

    A library that has mapped `path` may use the mapping after `close`.

    Args:
        name: Appears in /proc for debugging.
        size: Bytes, more than 0.

    Raises:
        OSError: There is no memory or disk space for it.
    """

    def __init__(self, name: str, size: int) -> None:
        self.fd = _open(name)
        try:
            os.truncate(self.fd, size)
            self.map().close()  # too large a size fails here
        except BaseException:
            os.close(self.fd)
            raise

    @property
    def path(self) -> str:
        """A path under which this process can open or map the file until it is closed."""
        return f"/proc/self/fd/{self.fd}"

    def write(self, content: bytes, offset: int) -> None:
        """Write `content` at `offset`. Several threads may write at the same time."""
        rest = memoryview(content)
        while rest:
            written = os.pwrite(self.fd, rest, offset)
            rest, offset = rest[written:], offset + written

    def map(self) -> mmap.mmap:
        """Return a read-only map of the whole file. The caller closes it, as it counts as memory of the process."""
        return mmap.mmap(self.fd, 0, prot=mmap.PROT_READ)

    def close(self) -> None:
        """Close the descriptor, and free the memory unless a library has mapped it."""
        os.close(self.fd)


def _open(name: str) -> int:
    try:
        return os.memfd_create(name)
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())
