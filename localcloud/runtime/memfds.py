"""Counts what processes keep in files without a name (memfd): memory, though no process need have touched its pages."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

PREFIX = "/memfd:"
BLOCK = 512  # bytes: the unit of st_blocks


def held(processes: Iterable[Path]) -> dict[int, int]:
    """Bytes in the memfds that processes, given by their folders in /proc, have open, by inode."""
    found: dict[int, int] = {}
    for process in processes:
        with contextlib.suppress(OSError):  # it may go while one looks
            for descriptor in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(descriptor.readlink()).startswith(PREFIX):
                        status = descriptor.stat()
                        found[status.st_ino] = status.st_blocks * BLOCK
    return found


def mapped(processes: Iterable[Path]) -> dict[int, int]:
    """Bytes of the memfds that processes have mapped, by inode: up to the last byte that is mapped, touched or not."""
    found: dict[int, int] = {}
    for process in processes:
        with contextlib.suppress(OSError):
            for line in (process / "maps").read_text().splitlines():
                if PREFIX in line:
                    span, _, offset, _, inode, _ = line.split(maxsplit=5)
                    start, end = (int(part, 16) for part in span.split("-"))
                    found[int(inode)] = max(found.get(int(inode), 0), int(offset, 16) + end - start)
    return found
