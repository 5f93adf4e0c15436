"""Messages of the Lambda platform: error payloads, and the log lines START, END and REPORT or their JSON form."""

import json
import time
from datetime import UTC, datetime

from localcloud.runtime.function import Function, LogLine

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


def timeout_error(request_id: str, seconds: float) -> bytes:
    """Create the error payload of a function that exceeded its timeout."""
    return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds")


def memory_error(request_id: str) -> bytes:
    """Create the error payload of a function that exceeded its memory limit."""
    return _error("Runtime.OutOfMemory", f"RequestId: {request_id} Error: Runtime exited with error: signal: killed")


def exit_error(request_id: str, status: int | None) -> bytes:
    """Create the error payload of a function whose process ended; `status` is the exit code, negative for a signal."""
    reason = "signal: killed" if status is None or status < 0 else f"exit status {status}"
    return _error("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {reason}")


def response_size_error(request_id: str, size: int) -> bytes:
    """Create the error payload of a function whose response has too many bytes."""
    limit = f"exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return _error("Function.ResponseSizeTooLarge", f"RequestId: {request_id} Response payload size ({size}) {limit}")


def local_error(message: str) -> bytes:
    """Create the error payload of a function that the local cloud cannot run; AWS has no such error."""
    return _error("LocalCloud.Refused", message)


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def start_lines(function: Function, request_id: str) -> list[LogLine]:
    """Create the log lines at the start of an event."""
    if function.log_format != "JSON":
        return [_text_line(f"START RequestId: {request_id} Version: {function.version}")]
    if function.platform_level == "WARN":
        return []
    return [_json_line("platform.start", {"requestId": request_id, "version": function.version})]


def end_lines(
    function: Function, request_id: str, status: str, milliseconds: float, init_milliseconds: float | None, peak: int
) -> list[LogLine]:
    """Create the log lines at the end of an event.

    Args:
        function: The function that was invoked.
        request_id: The id of the event.
        status: success, error or timeout.
        milliseconds: The duration of the handler.
        init_milliseconds: The duration of the initialization, if this event started the sandbox.
        peak: The largest amount of memory that was used, in bytes.
    """
    used = peak >> 20
    billed = int(milliseconds + (init_milliseconds or 0.0)) + 1
    if function.log_format == "JSON":
        if function.platform_level == "WARN" and status == "success":
            return []
        metrics: dict[str, float] = {"durationMs": round(milliseconds, 3), "billedDurationMs": billed,
                                     "memorySizeMB": function.memory, "maxMemoryUsedMB": used}  # fmt: skip
        if init_milliseconds is not None:
            metrics["initDurationMs"] = round(init_milliseconds, 3)
        return [_json_line("platform.report", {"requestId": request_id, "status": status, "metrics": metrics})]
    init = "" if init_milliseconds is None else f"\tInit Duration: {init_milliseconds:.2f} ms"
    return [
        _text_line(f"END RequestId: {request_id}"),
        _text_line(
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms"
            f"\tMemory Size: {function.memory} MB\tMax Memory Used: {used} MB{init}"
        ),
    ]


def error_line(function: Function, kind: str, message: str) -> LogLine:
    """Create the log line for an error of the platform itself, for example a timeout."""
    if function.log_format == "JSON":
        return _json_line("platform.runtimeDone", {"status": "failure", "errorType": kind, "errorMessage": message})
    return _text_line(message)


def _text_line(text: str) -> LogLine:
    return LogLine(_now(), text)


def _json_line(kind: str, record: dict[str, object]) -> LogLine:
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return LogLine(_now(), json.dumps({"time": timestamp, "type": kind, "record": record}))


def _now() -> int:
    return int(time.time() * 1000)
