"""Measures the memory of processes, including memfds, and ends sandboxes that exceed their limit."""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

INTERVAL = 0.02
MEMFD_PREFIX = "/memfd:"
BLOCK_BYTES = 512  # the unit of st_blocks


def measure_memory(pid: int) -> int:
    """Measure the memory of a process and its descendants that a control group could not reclaim, in bytes.

    A memfd counts once and with its whole size, as in a control group: its mapped pages also appear as shared pages,
    and pages that were only written appear nowhere else. The result is 0 without /proc (macOS) and after the
    process has ended.
    """
    anonymous = shared = 0
    processes = []
    for process, status in _walk_processes(pid):
        processes.append(process)
        sizes = {name: int(value.split()[0]) * 1024 for name, value in status.items() if name.startswith("Rss")}
        anonymous += sizes.get("RssAnon", 0)
        shared += sizes.get("RssShmem", 0)
    files = get_open_memfds(processes)
    if shared > sum(files.values()):  # a memfd may be mapped and closed, or mapped more than once
        files = {**get_mapped_memfds(processes), **files}
        shared = sum(_measure_shared(process) for process in processes)
    return anonymous + max(shared, sum(files.values()))


def get_open_memfds(processes: Iterable[Path]) -> dict[int, int]:
    """Measure the memfds that processes have open.

    A memfd uses memory even if no process has accessed its pages.

    Args:
        processes: Directories of processes in /proc.

    Returns:
        Bytes by inode.
    """
    sizes: dict[int, int] = {}
    for process in processes:
        with contextlib.suppress(OSError):  # the process may end at any time
            for descriptor in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(descriptor.readlink()).startswith(MEMFD_PREFIX):
                        status = descriptor.stat()
                        sizes[status.st_ino] = status.st_blocks * BLOCK_BYTES
    return sizes


def get_mapped_memfds(processes: Iterable[Path]) -> dict[int, int]:
    """Measure the memfds that processes have mapped, up to the last mapped byte.

    Args:
        processes: Directories of processes in /proc.

    Returns:
        Bytes by inode.
    """
    sizes: dict[int, int] = {}
    for process in processes:
        with contextlib.suppress(OSError):
            for line in (process / "maps").read_text().splitlines():
                if MEMFD_PREFIX in line:
                    addresses, _, offset, _, inode, _ = line.split(maxsplit=5)
                    start, end = (int(address, 16) for address in addresses.split("-"))
                    sizes[int(inode)] = max(sizes.get(int(inode), 0), int(offset, 16) + end - start)
    return sizes


def _measure_shared(process: Path) -> int:
    """Measure the bytes of shared pages, each divided by its number of mappings. Slow: the kernel visits each page."""
    try:
        sizes = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in sizes if line.startswith("Pss_Shmem:"))


def _walk_processes(pid: int) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the directory in /proc and the contents of `status` of a process and its descendants."""
    process = Path("/proc") / str(pid)
    try:
        status = (process / "status").read_text()
        children = (process / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return
    yield process, dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    for child in children:
        yield from _walk_processes(int(child))


class LimitedProcess(Protocol):
    """A sandbox whose memory is watched; `limit` and `peak` are in bytes."""

    pid: int
    limit: int
    peak: int

    def kill_for_memory(self) -> None:
        """End the process because it exceeds its limit."""


class MemoryWatch:
    """A thread that measures every busy sandbox and ends those that exceed their limit."""

    def __init__(self) -> None:
        self._busy: set[LimitedProcess] = set()
        self._wake = threading.Event()
        threading.Thread(target=self._run, name="memory-watch", daemon=True).start()

    def add(self, sandbox: LimitedProcess) -> None:
        """Start watching a sandbox."""
        self._busy.add(sandbox)
        self._wake.set()

    def remove(self, sandbox: LimitedProcess) -> None:
        """Stop watching a sandbox."""
        self._busy.discard(sandbox)

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while busy := list(self._busy):
                for sandbox in busy:
                    self._check(sandbox)
                time.sleep(INTERVAL)

    def _check(self, sandbox: LimitedProcess) -> None:
        memory = measure_memory(sandbox.pid)
        sandbox.peak = max(sandbox.peak, memory)
        if memory > sandbox.limit:
            sandbox.kill_for_memory()
