"""Processor time and memory of groups of processes, from /proc."""

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


def list_group(group: int) -> list[int]:
    """List the processes of a process group."""
    return [pid for pid in _list_pids() if (fields := _read_stat(pid)) and int(fields[2]) == group]


def list_descendants(root: int) -> list[int]:
    """List a process and all of its descendants."""
    parents = {pid: int(fields[1]) for pid in _list_pids() if (fields := _read_stat(pid))}
    pids = [root]
    for pid in pids:
        pids += [child for child, parent in parents.items() if parent == pid]
    return pids


def cpu_seconds(pids: Iterable[int]) -> float:
    """Sum the user and system time of processes, and of their children that they have waited for."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _read_stat(pid))) / _TICKS


def resident_bytes(pids: Sequence[int]) -> int:
    """Measure the memory of processes in bytes: resident pages, libraries' files included, and the full size of memfds.

    The pages of a memfd take memory whether a process has touched them or not; touched pages count once.
    """
    folders = [_PROC / str(pid) for pid in pids]
    files = {**memory.get_mapped_memfds(folders), **memory.get_open_memfds(folders)}
    return sum(_read_size(pid, "VmRSS") - _read_size(pid, "RssShmem") for pid in pids) + sum(files.values())


def peak_resident_bytes(pids: Iterable[int]) -> int:
    """Sum the processes' peak resident memory in bytes; of memfds only touched pages."""
    return sum(_read_size(pid, "VmHWM") for pid in pids)


class MemoryWatch:
    """Samples the memory of processes within its context; `peak` is the maximum in bytes."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.peak = 0
        self._pids = pids
        self._stopped = Event()
        self._thread = Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self.peak = max(self.peak, resident_bytes(self._pids))

    def _sample(self) -> None:
        while not self._stopped.wait(_INTERVAL):
            self.peak = max(self.peak, resident_bytes(self._pids))


def _list_pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _read_stat(pid: int) -> list[str]:
    """Read the fields of /proc/<pid>/stat from `state` on; none if the process has exited."""
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return []


def _read_size(pid: int, name: str) -> int:
    """Read a size from /proc/<pid>/status in bytes; 0 if the process has exited."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
