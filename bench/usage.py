"""What a group of processes has used: processor seconds and memory, as Linux counts them."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

from localcloud.runtime import memory

_INTERVAL = 0.03
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def members(group: int) -> list[int]:
    """The live processes of a process group."""
    return [pid for pid in _pids() if (fields := _stat(pid)) and int(fields[2]) == group]


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {pid: int(fields[1]) for pid in _pids() if (fields := _stat(pid))}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes, and of those of their children that have ended and been waited for."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _stat(pid))) / _TICKS


def resident_bytes(pids: Sequence[int]) -> int:
    """What the processes have in memory now: all that is resident, libraries' files too, and their memfds whole.

    A memfd's pages take memory whether a process has touched them or not; those that it has count once.
    """
    folders = [_PROC / str(pid) for pid in pids]
    files = {**memory.get_mapped_memfds(folders), **memory.get_open_memfds(folders)}
    return sum(_size(pid, "VmRSS") - _size(pid, "RssShmem") for pid in pids) + sum(files.values())


def highest_bytes(pids: Iterable[int]) -> int:
    """The most that each process ever had resident, summed; of memfds only what was touched."""
    return sum(_size(pid, "VmHWM") for pid in pids)


class Watch:
    """Looks at processes' memory until it is left; `peak` is the most that it saw, in bytes."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.peak = 0
        self._pids = pids
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.peak = max(self.peak, resident_bytes(self._pids))

    def _look(self) -> None:
        while not self._over.wait(_INTERVAL):
            self.peak = max(self.peak, resident_bytes(self._pids))


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from `state` on; none when the process has gone."""
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return []


def _size(pid: int, name: str) -> int:
    """A size of /proc/<pid>/status, in bytes; 0 when the process has gone."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
