"""One execution environment: a process of the runtime interface client, given one event at a time."""

import contextlib
import json
import os
import queue
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localcloud.runtime import bubblewrap, failures, process, report
from localcloud.runtime.function import Event, Function, InvocationResult, LogLine
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.output import Output
from localcloud.runtime.runtime_api import Answer, RuntimeApi
from localcloud.runtime.unpack import unpack
from localcloud.runtime.xray_daemon import Daemon, Take

INIT_SECONDS = 10.0


@dataclass(frozen=True)
class Host:
    """What sandboxes share: where they keep files, the runtime's interpreter, files that any function may read."""

    directory: Path
    python: Path
    readable: tuple[Path, ...]
    memory: MemoryWatch


class Sandbox:
    """Starts at once; `alive` until its process ended. Its directory holds the process's scratch space and its pid.

    `started` is called once, during the first invoke(): the sandbox has initialised, or failed to. `traced` gets the
    documents that the function sends to the X-Ray daemon.
    """

    def __init__(self, host: Host, function: Function, started: Callable[[], None], traced: Take) -> None:
        self.function = function
        self.limit = function.memory << 20
        self.peak = 0
        self.idle_since = time.monotonic()
        self._created = time.monotonic()
        self._host = host
        self._out_of_memory = False
        self._initialised = False
        self._started = started
        self._stopped = False
        self._stopping = threading.Lock()
        self.stream = process.log_stream(function)
        code = unpack([function.code], host.directory / "code")
        layers = unpack(function.layers, host.directory / "code") if function.layers else None
        sandboxes = host.directory / "sandboxes"
        sandboxes.mkdir(exist_ok=True)
        self._place = Path(tempfile.mkdtemp(prefix=f"{function.name}.", dir=sandboxes))
        self._api = RuntimeApi()
        self._daemon = Daemon(traced)
        self._output = Output()
        try:
            self._process = self._start(code, layers)
        except BaseException:
            self._clean_up()
            raise
        self.pid = self._process.pid
        (self._place / "pid").write_text(str(self.pid))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: Event) -> InvocationResult:
        """Run one event to its end, whatever that is; the sandbox is stopped unless the function answered."""
        lines = report.start(self.function, event.request_id)
        began, cold = time.monotonic(), not self._initialised
        self._host.memory.add(self)
        try:
            failed = self._initialise(event)
            if failed is None:
                began = time.monotonic()
            answer = failed or self._run(event)
        finally:
            self._host.memory.remove(self)
        milliseconds = (time.monotonic() - began) * 1000
        initialised = (began - self._created) * 1000 if cold and failed is None else None
        lines += self._output.take()
        lines += self._platform(event, answer, milliseconds, initialised)
        self.idle_since = time.monotonic()
        return InvocationResult(answer.payload, answer.failed, self.stream, tuple(lines), milliseconds, initialised)

    def kill_for_memory(self) -> None:
        self._out_of_memory = True
        self._kill()

    def stop(self) -> None:
        """End the process and all that it started, and remove its directory; once, however often it is asked."""
        with self._stopping:
            if not self._stopped:
                self._stopped = True
                self._kill()
                self._process.wait()
                self._clean_up()

    def _start(self, code: Path, layers: Path | None) -> process.Process:
        scratch = self._place / "tmp"
        scratch.mkdir()
        layout = process.Layout(code, layers, scratch, bubblewrap.works())
        wiring = process.Wiring(self._api.address, self._daemon.address, self.stream, self._output.telemetry)
        command = process.command(self._host.python, self.function, layout, self._host.readable)
        return process.start(command, code, process.environment(self.function, layout, wiring), self._output)

    def _clean_up(self) -> None:
        self._api.stop()
        self._daemon.stop()
        shutil.rmtree(self._place, ignore_errors=True)

    def _initialise(self, event: Event) -> Answer | None:
        """Wait until the function's module is loaded; the error that ended this, if one did."""
        if self._initialised:
            return None
        try:
            return self._load(event)
        finally:
            self._started()

    def _load(self, event: Event) -> Answer | None:
        limit = max(INIT_SECONDS, self.function.timeout)
        deadline = time.monotonic() + limit
        while not self._api.asked.wait(0.02):
            if not self.alive:
                return self._ended(event)
            if time.monotonic() > deadline:
                self.stop()
                return Answer(event.request_id, failures.timed_out(event.request_id, limit), failed=True)
        if self._api.init_error is not None:
            self.stop()
            return Answer(event.request_id, self._api.init_error, failed=True)
        self._initialised = True
        return None

    def _run(self, event: Event) -> Answer:
        deadline = time.time() + self.function.timeout
        self._api.send(event, deadline)
        while True:
            try:
                answer = self._api.answers.get(timeout=min(0.05, max(0.001, deadline - time.time())))
            except queue.Empty:
                if not self.alive:
                    return self._ended(event)
                if time.time() >= deadline:
                    self.stop()
                    body = failures.timed_out(event.request_id, self.function.timeout)
                    return Answer(event.request_id, body, failed=True)
                continue
            if answer.request_id == event.request_id:
                break
        size = len(answer.payload)
        if size > failures.RESPONSE_LIMIT:
            return Answer(event.request_id, failures.too_large(event.request_id, size), failed=True)
        return answer

    def _ended(self, event: Event) -> Answer:
        status = self._process.poll()
        self.stop()
        if self._out_of_memory:
            return Answer(event.request_id, failures.out_of_memory(event.request_id), failed=True)
        return Answer(event.request_id, failures.exited(event.request_id, status), failed=True)

    def _platform(self, event: Event, answer: Answer, milliseconds: float, initialised: float | None) -> list[LogLine]:
        status, lines = "success", []
        if answer.failed:
            error = json.loads(answer.payload)
            kind = error.get("errorType", "")
            status = "timeout" if kind == "Sandbox.Timedout" else "error"
            if kind.startswith(("Sandbox.", "Runtime.")) and "stackTrace" not in error:  # the runtime logs its own
                lines.append(report.failure(self.function, kind, error["errorMessage"]))
        return lines + report.end(self.function, event.request_id, status, milliseconds, initialised, self.peak)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself
            os.killpg(self.pid, signal.SIGKILL)
