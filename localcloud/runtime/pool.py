"""Warm sandboxes: an event gets an idle one of the same revision or a new one, never one that is busy.

Few sandboxes initialise at a time, and a function has a limited number of them: AWS has machines enough to make a
thousand at once, this one would drown. Events wait in line instead, and take whatever is free first, an old one or
a new one, so that a function gets as many sandboxes as it keeps busy.
"""

import os
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable

from localcloud.runtime import failures, process
from localcloud.runtime.function import Event, Function, InvocationResult
from localcloud.runtime.sandbox import Host, Sandbox

IDLE_SECONDS = 300.0
SUPERSEDED_SECONDS = 5.0
SWEEP_SECONDS = 0.5
STARTING_LIMIT = os.cpu_count() or 1
FUNCTION_LIMIT = 64


class Pool:
    """All sandboxes of a cloud.

    `in_service` tells whether a version may be sent more events; idle sandboxes of one that may not are ended soon: a
    few versions of a few functions with large models would fill the memory. `traced` takes the documents that a
    function sends to the X-Ray daemon.
    """

    def __init__(self, host: Host) -> None:
        self.is_in_service: Callable[[Function], bool] = lambda _: True
        self.on_trace_document: Callable[[Function, str], None] = lambda *_: None
        self._host = host
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)
        self._starting = 0
        self._idle: defaultdict[tuple[str, str], list[Sandbox]] = defaultdict(list)
        self._all: set[Sandbox] = set()
        self._stopped = False
        threading.Thread(target=self._sweep, name="sandbox-sweep", daemon=True).start()

    def invoke(self, function: Function, event: Event) -> InvocationResult:
        """Run an event to its end. Errors of the function are an InvocationResult; a full disk is one too."""
        available = process.version_of(self._host.python)
        if function.runtime != available:
            return _refused(
                f"The function {function.name} is for the runtime {function.runtime}, but this local cloud runs "
                f"{available}: build it for {available}, or make build/venv/runtime with {function.runtime}."
            )
        try:
            sandbox = self._take(function) or self._new(function)
        except OSError as error:
            where = self._host.directory
            return _refused(f"No sandbox for {function.name} could be made in {where}: {error.strerror}.")
        except zipfile.BadZipFile:
            return _refused(f"The code of {function.name} or one of its layers is no zip.")
        try:
            return sandbox.invoke(event)
        finally:
            self._give_back(sandbox)

    def stop(self) -> None:
        """End every sandbox, busy ones too; later events are refused."""
        with self._freed:
            self._stopped = True
            self._freed.notify_all()
            sandboxes, self._all = self._all, set()
            self._idle.clear()
        for sandbox in sandboxes:
            sandbox.stop()

    def _sweep(self) -> None:
        while not self._stopped:
            time.sleep(SWEEP_SECONDS)
            with self._lock:
                done = [sandbox for idle in self._idle.values() for sandbox in idle if self._over(sandbox)]
                for idle in self._idle.values():
                    idle[:] = [sandbox for sandbox in idle if sandbox not in done]
                self._all.difference_update(done)
            for sandbox in done:
                sandbox.stop()

    def _take(self, function: Function) -> Sandbox | None:
        """An idle sandbox, or None once one may be made: it is then counted as starting."""
        with self._freed:
            outdated = self._outdated(function)
            idle = self._idle[function.name, function.version]
            self._freed.wait_for(lambda: idle or self._may_start(function))
            outdated += self._outdated(function)  # some may have become idle in the meantime
            found = idle.pop() if idle else None
            self._starting += found is None
        for sandbox in outdated:
            sandbox.stop()
        return found

    def _outdated(self, function: Function) -> list[Sandbox]:
        """Idle sandboxes that may not serve the function as it is now; they are idle no more."""
        idle = self._idle[function.name, function.version]
        outdated = [sandbox for sandbox in idle if not self._fit(sandbox, function)]
        idle[:] = [sandbox for sandbox in idle if sandbox not in outdated]
        self._all.difference_update(outdated)
        return outdated

    def _may_start(self, function: Function) -> bool:
        own = sum(sandbox.function.name == function.name for sandbox in self._all)
        return self._stopped or (self._starting < STARTING_LIMIT and own < FUNCTION_LIMIT)

    def _started(self) -> None:
        with self._freed:
            self._starting -= 1
            self._freed.notify_all()

    def _new(self, function: Function) -> Sandbox:
        try:
            sandbox = Sandbox(self._host, function, self._started, lambda sent: self.on_trace_document(function, sent))
        except BaseException:
            self._started()
            raise
        with self._lock:
            self._all.add(sandbox)
            late = self._stopped
        if late:
            sandbox.stop()
        return sandbox

    def _give_back(self, sandbox: Sandbox) -> None:
        with self._freed:
            kept = sandbox.alive and not self._stopped
            if kept:
                self._idle[sandbox.function.name, sandbox.function.version].append(sandbox)
            else:
                self._all.discard(sandbox)
            self._freed.notify_all()
        if not kept:
            sandbox.stop()

    def _over(self, sandbox: Sandbox) -> bool:
        limit = IDLE_SECONDS if self.is_in_service(sandbox.function) else SUPERSEDED_SECONDS
        return not sandbox.alive or time.monotonic() - sandbox.idle_since > limit

    def _fit(self, sandbox: Sandbox, function: Function) -> bool:
        return not self._over(sandbox) and sandbox.function.revision == function.revision


def _refused(sentence: str) -> InvocationResult:
    return InvocationResult(failures.refused(sentence), failed=True, stream="", lines=(), milliseconds=0.0)
