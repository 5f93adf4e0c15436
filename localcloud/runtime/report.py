"""The platform's own lines around an event: START, END, REPORT as text, or their JSON counterparts."""

import json
import time
from datetime import UTC, datetime

from localcloud.runtime.function import Function, LogLine


def start(function: Function, request_id: str) -> list[LogLine]:
    if function.log_format != "JSON":
        return [_text(f"START RequestId: {request_id} Version: {function.version}")]
    if function.platform_level == "WARN":
        return []
    return [_json("platform.start", {"requestId": request_id, "version": function.version})]


def end(
    function: Function, request_id: str, status: str, milliseconds: float, initialised: float | None, peak: int
) -> list[LogLine]:
    """`status` is success, error or timeout; `initialised` the milliseconds it took to start; `peak` in bytes."""
    used = peak >> 20
    billed = int(milliseconds + (initialised or 0.0)) + 1
    if function.log_format == "JSON":
        if function.platform_level == "WARN" and status == "success":
            return []
        metrics: dict[str, float] = {"durationMs": round(milliseconds, 3), "billedDurationMs": billed,
                                     "memorySizeMB": function.memory, "maxMemoryUsedMB": used}  # fmt: skip
        if initialised is not None:
            metrics["initDurationMs"] = round(initialised, 3)
        return [_json("platform.report", {"requestId": request_id, "status": status, "metrics": metrics})]
    start = "" if initialised is None else f"\tInit Duration: {initialised:.2f} ms"
    return [
        _text(f"END RequestId: {request_id}"),
        _text(
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms"
            f"\tMemory Size: {function.memory} MB\tMax Memory Used: {used} MB{start}"
        ),
    ]


def failure(function: Function, kind: str, message: str) -> LogLine:
    """What the platform logs for an error of its own, such as a time-out."""
    if function.log_format == "JSON":
        return _json("platform.runtimeDone", {"status": "failure", "errorType": kind, "errorMessage": message})
    return _text(message)


def _text(text: str) -> LogLine:
    return LogLine(_now(), text)


def _json(kind: str, record: dict[str, object]) -> LogLine:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return LogLine(_now(), json.dumps({"time": moment, "type": kind, "record": record}))


def _now() -> int:
    return int(time.time() * 1000)
