"""Measures and limits the memory of sandboxes."""

import threading
import time
from pathlib import Path
from typing import Protocol

INTERVAL = 0.02


class Watched(Protocol):
    """A sandbox as the watch sees it; `limit` in bytes."""

    pid: int
    limit: int
    peak: int

    def kill_for_memory(self) -> None: ...


def used(pid: int) -> int:
    """Bytes of memory that a process and its descendants hold alone: what a control group cannot reclaim.

    0 where /proc is not (macOS), or once the process is gone.
    """
    process = Path("/proc") / str(pid)
    try:
        status = (process / "status").read_text()
        children = (process / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return 0
    own = sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:")))
    return own * 1024 + sum(used(int(child)) for child in children)


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
