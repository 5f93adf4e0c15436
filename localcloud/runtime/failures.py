"""The errors that the platform itself reports, in the words and types that AWS Lambda uses."""

import json

RESPONSE_LIMIT = 6 * 1024 * 1024 + 100


def timed_out(request_id: str, seconds: float) -> bytes:
    return _body("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds")


def out_of_memory(request_id: str) -> bytes:
    return _body("Runtime.OutOfMemory", f"RequestId: {request_id} Error: Runtime exited with error: signal: killed")


def exited(request_id: str, status: int | None) -> bytes:
    how = "signal: killed" if status is None or status < 0 else f"exit status {status}"
    return _body("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {how}")


def too_large(request_id: str, size: int) -> bytes:
    limit = f"exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
    return _body("Function.ResponseSizeTooLarge", f"RequestId: {request_id} Response payload size ({size}) {limit}")


def refused(sentence: str) -> bytes:
    """The local cloud cannot run this function at all; AWS has no counterpart."""
    return _body("LocalCloud.Refused", sentence)


def _body(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
