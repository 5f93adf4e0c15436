"""Measures and limits the memory of sandboxes."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from localcloud.runtime import memfds

INTERVAL = 0.02


class Watched(Protocol):
    """A sandbox as the watch sees it; `limit` in bytes."""

    pid: int
    limit: int
    peak: int

    def kill_for_memory(self) -> None: ...


def used(pid: int) -> int:
    """Bytes of memory that a process and its descendants hold alone: what a control group cannot reclaim.

    A memfd counts once and whole, as it does there: pages that are mapped show as shared ones too, pages that were only
    written show nowhere else. 0 where /proc is not (macOS), or once the process is gone.
    """
    anonymous = shared = 0
    processes = []
    for process, status in _tree(pid):
        processes.append(process)
        sizes = {name: int(value.split()[0]) * 1024 for name, value in status.items() if name.startswith("Rss")}
        anonymous += sizes.get("RssAnon", 0)
        shared += sizes.get("RssShmem", 0)
    files = memfds.held(processes)
    if shared > sum(files.values()):  # some may be mapped and closed, or mapped more than once
        files = {**memfds.mapped(processes), **files}
        shared = sum(_shared(process) for process in processes)
    return anonymous + max(shared, sum(files.values()))


def _shared(process: Path) -> int:
    """Bytes of shared pages, each divided by the number of its mappings; takes long, since the kernel looks at each."""
    try:
        sizes = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in sizes if line.startswith("Pss_Shmem:"))


def _tree(pid: int) -> Iterator[tuple[Path, dict[str, str]]]:
    """A process and its descendants: their folders in /proc and what `status` there says."""
    process = Path("/proc") / str(pid)
    try:
        status = (process / "status").read_text()
        children = (process / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return
    yield process, dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    for child in children:
        yield from _tree(int(child))


class MemoryWatch:
    """One thread that looks at every busy sandbox and ends those that exceed their limit."""

    def __init__(self) -> None:
        self._busy: set[Watched] = set()
        self._wake = threading.Event()
        threading.Thread(target=self._watch, name="memory-watch", daemon=True).start()

    def add(self, sandbox: Watched) -> None:
        self._busy.add(sandbox)
        self._wake.set()

    def remove(self, sandbox: Watched) -> None:
        self._busy.discard(sandbox)

    def _watch(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while busy := list(self._busy):
                for sandbox in busy:
                    self._look(sandbox)
                time.sleep(INTERVAL)

    def _look(self, sandbox: Watched) -> None:
        now = used(sandbox.pid)
        sandbox.peak = max(sandbox.peak, now)
        if now > sandbox.limit:
            sandbox.kill_for_memory()
