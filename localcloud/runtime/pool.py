"""Keeps warm sandboxes: an event gets an idle sandbox of the same revision or a new one, never a busy one.

The number of sandboxes is limited per function, and so is the number that initialize at the same time: AWS can start a
thousand at once, one machine cannot. Other events wait for the first free sandbox, warm or new, so that a function has
as many sandboxes as it keeps busy.
"""

import os
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable

from localcloud.runtime import platform_messages, process
from localcloud.runtime.function import Event, Function, InvocationResult
from localcloud.runtime.sandbox import Host, Sandbox

IDLE_SECONDS = 300.0
SUPERSEDED_SECONDS = 5.0
SWEEP_SECONDS = 0.5
STARTING_LIMIT = os.cpu_count() or 1
FUNCTION_LIMIT = 64


class Pool:
    """All sandboxes of a cloud.

    Attributes:
        is_in_service: Returns whether a version can still receive events. Idle sandboxes of other versions are stopped
            after SUPERSEDED_SECONDS, because a few versions of functions with large models would fill the memory.
        on_trace_document: Receives the documents that a function sends to the X-Ray daemon.
    """

    def __init__(self, host: Host) -> None:
        self.is_in_service: Callable[[Function], bool] = lambda _: True
        self.on_trace_document: Callable[[Function, str], None] = lambda *_: None
        self._host = host
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._starting = 0
        self._idle: defaultdict[tuple[str, str], list[Sandbox]] = defaultdict(list)
        self._all: set[Sandbox] = set()
        self._stopped = False
        threading.Thread(target=self._sweep, name="sandbox-sweep", daemon=True).start()

    def invoke(self, function: Function, event: Event) -> InvocationResult:
        """Run one event and return its result, which is an error if the function fails or cannot be run."""
        available = process.get_runtime_name(self._host.python)
        if function.runtime != available:
            return _create_error(
                f"The function {function.name} needs the runtime {function.runtime}, but this local cloud runs "
                f"{available}: build it for {available}, or create build/venv/runtime with {function.runtime}."
            )
        try:
            sandbox = self._acquire_idle(function) or self._create(function)
        except OSError as error:
            directory = self._host.directory
            return _create_error(f"Cannot create a sandbox for {function.name} in {directory}: {error.strerror}.")
        except zipfile.BadZipFile:
            return _create_error(f"The code of {function.name} or one of its layers is not a valid zip file.")
        try:
            return sandbox.invoke(event)
        finally:
            self._release(sandbox)

    def stop(self) -> None:
        """Stop every sandbox, including busy ones; later events fail."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            sandboxes, self._all = self._all, set()
            self._idle.clear()
        for sandbox in sandboxes:
            sandbox.stop()

    def _sweep(self) -> None:
        while not self._stopped:
            time.sleep(SWEEP_SECONDS)
            with self._lock:
                expired = [sandbox for idle in self._idle.values() for sandbox in idle if self._is_expired(sandbox)]
                for idle in self._idle.values():
                    idle[:] = [sandbox for sandbox in idle if sandbox not in expired]
                self._all.difference_update(expired)
            for sandbox in expired:
                sandbox.stop()

    def _acquire_idle(self, function: Function) -> Sandbox | None:
        """Wait for an idle sandbox, or None once a new one may be started; it then counts as starting."""
        with self._changed:
            outdated = self._remove_outdated(function)
            idle = self._idle[function.name, function.version]
            self._changed.wait_for(lambda: idle or self._may_start(function))
            outdated += self._remove_outdated(function)  # others may have become idle in the meantime
            sandbox = idle.pop() if idle else None
            self._starting += sandbox is None
        for other in outdated:
            other.stop()
        return sandbox

    def _remove_outdated(self, function: Function) -> list[Sandbox]:
        """Remove and return the idle sandboxes that cannot serve the current revision of a function."""
        idle = self._idle[function.name, function.version]
        outdated = [sandbox for sandbox in idle if not self._can_serve(sandbox, function)]
        idle[:] = [sandbox for sandbox in idle if sandbox not in outdated]
        self._all.difference_update(outdated)
        return outdated

    def _may_start(self, function: Function) -> bool:
        own = sum(sandbox.function.name == function.name for sandbox in self._all)
        return self._stopped or (self._starting < STARTING_LIMIT and own < FUNCTION_LIMIT)

    def _finish_start(self) -> None:
        with self._changed:
            self._starting -= 1
            self._changed.notify_all()

    def _create(self, function: Function) -> Sandbox:
        try:
            sandbox = Sandbox(
                self._host, function, self._finish_start, lambda document: self.on_trace_document(function, document)
            )
        except BaseException:
            self._finish_start()
            raise
        with self._lock:
            self._all.add(sandbox)
            stopped = self._stopped
        if stopped:
            sandbox.stop()
        return sandbox

    def _release(self, sandbox: Sandbox) -> None:
        with self._changed:
            reusable = sandbox.alive and not self._stopped
            if reusable:
                self._idle[sandbox.function.name, sandbox.function.version].append(sandbox)
            else:
                self._all.discard(sandbox)
            self._changed.notify_all()
        if not reusable:
            sandbox.stop()

    def _is_expired(self, sandbox: Sandbox) -> bool:
        limit = IDLE_SECONDS if self.is_in_service(sandbox.function) else SUPERSEDED_SECONDS
        return not sandbox.alive or time.monotonic() - sandbox.idle_since > limit

    def _can_serve(self, sandbox: Sandbox, function: Function) -> bool:
        return not self._is_expired(sandbox) and sandbox.function.revision == function.revision


def _create_error(message: str) -> InvocationResult:
    return InvocationResult(platform_messages.local_error(message), failed=True, stream="", lines=(), milliseconds=0.0)
