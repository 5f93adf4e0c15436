"""One execution environment: a process of the runtime interface client that handles one event at a time."""

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

from localcloud.runtime import platform_messages, process
from localcloud.runtime.function import Event, Function, InvocationResult, LogLine
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.output import Output
from localcloud.runtime.runtime_api import Response, RuntimeApi
from localcloud.runtime.unpack import unpack_archives
from localcloud.runtime.xray_daemon import DocumentHandler, XRayDaemon
from localcloud.state import CODE, SANDBOXES

INIT_SECONDS = 10.0


@dataclass(frozen=True)
class Host:
    """Settings that all sandboxes share.

    Attributes:
        directory: Where sandboxes keep their files.
        python: The interpreter that runs functions.
        readable: Files that every function can read.
        memory: Limits the memory of sandboxes.
    """

    directory: Path
    python: Path
    readable: tuple[Path, ...]
    memory: MemoryWatch


class Sandbox:
    """A process that is started at once and serves events until it is stopped.

    Its directory holds the process's /tmp and its process id.

    Args:
        host: Settings that all sandboxes share.
        function: The function to run.
        on_init_finished: Called once, during the first invoke(), when the initialization has succeeded or failed.
        on_trace_document: Receives the documents that the function sends to the X-Ray daemon.

    Attributes:
        limit: The memory limit, in bytes.
        peak: The largest amount of memory that was measured, in bytes.
        idle_since: When the last event ended, in monotonic seconds.
    """

    def __init__(
        self, host: Host, function: Function, on_init_finished: Callable[[], None], on_trace_document: DocumentHandler
    ) -> None:
        self.function = function
        self.limit = function.memory << 20
        self.peak = 0
        self.idle_since = time.monotonic()
        self._created = time.monotonic()
        self._host = host
        self._out_of_memory = False
        self._initialized = False
        self._on_init_finished = on_init_finished
        self._stopped = False
        self._stop_lock = threading.Lock()
        self._stream = process.create_log_stream_name(function)
        code = unpack_archives([function.code], host.directory / CODE)
        layers = unpack_archives(function.layers, host.directory / CODE) if function.layers else None
        sandboxes = host.directory / SANDBOXES
        sandboxes.mkdir(exist_ok=True)
        self._directory = Path(tempfile.mkdtemp(prefix=f"{function.name}.", dir=sandboxes))
        self._api = RuntimeApi()
        self._daemon = XRayDaemon(on_trace_document)
        self._output = Output()
        try:
            self._process = self._start(code, layers)
        except BaseException:
            self._clean_up()
            raise
        self.pid = self._process.pid
        (self._directory / "pid").write_text(str(self.pid))

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    def invoke(self, event: Event) -> InvocationResult:
        """Run one event and return its result; the sandbox is stopped if the platform ended the event."""
        lines = platform_messages.start_lines(self.function, event.request_id)
        started, cold = time.monotonic(), not self._initialized
        self._host.memory.add(self)
        try:
            init_failure = self._initialize(event)
            if init_failure is None:
                started = time.monotonic()
            response = init_failure or self._run(event)
        finally:
            self._host.memory.remove(self)
        milliseconds = (time.monotonic() - started) * 1000
        init_milliseconds = (started - self._created) * 1000 if cold and init_failure is None else None
        lines += self._output.drain()
        lines += self._end_lines(event, response, milliseconds, init_milliseconds)
        self.idle_since = time.monotonic()
        return InvocationResult(
            response.payload, response.failed, self._stream, tuple(lines), milliseconds, init_milliseconds
        )

    def kill_for_memory(self) -> None:
        """End the process because it exceeds its memory limit."""
        self._out_of_memory = True
        self._kill()

    def stop(self) -> None:
        """End the process and its children, and remove its directory; repeated calls do nothing."""
        with self._stop_lock:
            if not self._stopped:
                self._stopped = True
                self._kill()
                self._process.wait()
                self._clean_up()

    def _start(self, code: Path, layers: Path | None) -> process.Process:
        scratch = self._directory / "tmp"
        scratch.mkdir()
        layout = process.Layout(code, layers, scratch, process.is_bubblewrap_available())
        channels = process.PlatformChannels(
            self._api.address, self._daemon.address, self._stream, self._output.telemetry
        )
        command = process.build_command(self._host.python, self.function, layout, self._host.readable)
        environment = process.build_environment(self.function, layout, channels)
        return process.start_process(command, code, environment, self._output)

    def _clean_up(self) -> None:
        self._api.stop()
        self._daemon.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _initialize(self, event: Event) -> Response | None:
        """Wait until the function's module is imported; return the error if that fails."""
        if self._initialized:
            return None
        try:
            return self._wait_for_init(event)
        finally:
            self._on_init_finished()

    def _wait_for_init(self, event: Event) -> Response | None:
        limit = max(INIT_SECONDS, self.function.timeout)
        deadline = time.monotonic() + limit
        while not self._api.init_finished.wait(0.02):
            if not self.alive:
                return self._exit_response(event)
            if time.monotonic() > deadline:
                return self._timeout_response(event, limit)
        if self._api.init_error is not None:
            self.stop()
            return Response(event.request_id, self._api.init_error, failed=True)
        self._initialized = True
        return None

    def _run(self, event: Event) -> Response:
        deadline = time.time() + self.function.timeout
        self._api.send(event, deadline)
        while True:
            try:
                response = self._api.responses.get(timeout=min(0.05, max(0.001, deadline - time.time())))
            except queue.Empty:
                if not self.alive:
                    return self._exit_response(event)
                if time.time() >= deadline:
                    return self._timeout_response(event, self.function.timeout)
                continue
            if response.request_id == event.request_id:
                break
        size = len(response.payload)
        if size > platform_messages.MAX_RESPONSE_BYTES:
            error = platform_messages.response_size_error(event.request_id, size)
            return Response(event.request_id, error, failed=True)
        return response

    def _timeout_response(self, event: Event, seconds: float) -> Response:
        self.stop()
        return Response(event.request_id, platform_messages.timeout_error(event.request_id, seconds), failed=True)

    def _exit_response(self, event: Event) -> Response:
        status = self._process.poll()
        self.stop()
        if self._out_of_memory:
            return Response(event.request_id, platform_messages.memory_error(event.request_id), failed=True)
        return Response(event.request_id, platform_messages.exit_error(event.request_id, status), failed=True)

    def _end_lines(
        self, event: Event, response: Response, milliseconds: float, init_milliseconds: float | None
    ) -> list[LogLine]:
        status, lines = "success", []
        if response.failed:
            error = json.loads(response.payload)
            kind = error.get("errorType", "")
            status = "timeout" if kind == "Sandbox.Timedout" else "error"
            if kind.startswith(("Sandbox.", "Runtime.")) and "stackTrace" not in error:  # the runtime logs its own
                lines.append(platform_messages.error_line(self.function, kind, error["errorMessage"]))
        return lines + platform_messages.end_lines(
            self.function, event.request_id, status, milliseconds, init_milliseconds, self.peak
        )

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # the process has already ended
            os.killpg(self.pid, signal.SIGKILL)
