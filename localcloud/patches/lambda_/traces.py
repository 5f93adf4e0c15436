"""Patch of the X-Ray traces of functions."""

import contextvars
import time
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import lambda_svc

from localcloud.engines.xray.header import TraceHeader, generate_segment_id
from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch
from localcloud.patches.xray import tracing

_function_header: contextvars.ContextVar[str | None] = contextvars.ContextVar("function-trace", default=None)


@patch("function_traces", after=["function_runtime"])
def apply_function_traces(_: Cloud) -> None:
    """Continue the caller's trace in functions, and write Lambda's two segments if tracing is active.

    AWS: continues the caller's trace, and with active tracing writes the segments `AWS::Lambda` (the service) and
        `AWS::Lambda::Function` (Initialization, Invocation and Overhead); one request a second and 5 % of the others
        are sampled (Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"). Here all are.
    ministack: generates a header and writes no segments.
    Upstream: could be offered.
    """
    execute = lambda_svc._execute_function_warm

    def execute_and_trace(record: dict[str, Any], event: Any, request_id: str) -> Any:
        config = record.get("config") or record
        active = (config.get("TracingConfig") or {}).get("Mode") == "Active"
        caller = tracing.get_header() or TraceHeader.generate()
        if tracing.get_header() is None and not active:
            caller = TraceHeader(caller.root, generate_segment_id(), sampled=False)
        if not active or not caller.sampled:
            return _run_with_header(caller, execute, record, event, request_id)
        service, function, start = generate_segment_id(), generate_segment_id(), time.time()
        response = _run_with_header(caller.with_parent(function), execute, record, event, request_id)
        segments = _build_segments(config, caller, (service, function), (start, time.time()), response, request_id)
        tracing.write_segments(config["Role"], "lambda.amazonaws.com", list(segments))
        return response

    lambda_svc._execute_function_warm = execute_and_trace
    lambda_svc._xray_trace_id_for_invocation = lambda *_: _function_header.get()


def _run_with_header(header: TraceHeader, execute: Any, *arguments: Any) -> Any:
    token = _function_header.set(str(header))
    try:
        return execute(*arguments)
    finally:
        _function_header.reset(token)


def _build_segments(
    config: dict[str, Any],
    caller: TraceHeader,
    ids: tuple[str, str],
    span: tuple[float, float],
    response: Any,
    request_id: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the segments of the service and of the function; `span` in seconds since the epoch."""
    service, function = ids
    start, end = span
    milliseconds, init_milliseconds = response.get("milliseconds", 0.0), response.get("init_milliseconds")
    invoked = max(start, end - milliseconds / 1000)
    common = {"trace_id": caller.root, "name": config["FunctionName"], "end_time": end}
    fault = {"fault": True} if response.get("error") else {}
    parts = []
    if init_milliseconds is not None:
        parts.append(_build_subsegment("Initialization", invoked - init_milliseconds / 1000, invoked))
    parts += [{**_build_subsegment("Invocation", invoked, end), **fault}, _build_subsegment("Overhead", end, end)]
    return (
        {**common, "id": service, "start_time": start, "origin": "AWS::Lambda", "resource_arn": config["FunctionArn"],
         "http": {"response": {"status": 200}}, "aws": {"request_id": request_id}, **fault,
         **({"parent_id": caller.parent} if caller.parent else {})},
        {**common, "id": function, "parent_id": service, "start_time": parts[0]["start_time"], "subsegments": parts,
         "origin": "AWS::Lambda::Function", **fault,
         "aws": {"account_id": get_account_id(), "function_arn": config["FunctionArn"], "request_id": request_id,
                 "resource_names": [config["FunctionName"]]}},
    )  # fmt: skip


def _build_subsegment(name: str, start: float, end: float) -> dict[str, Any]:
    return {"id": generate_segment_id(), "name": name, "start_time": start, "end_time": end}
