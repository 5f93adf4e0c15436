"""Lambda goes on with the trace of who calls it, and writes two segments of its own when tracing is active.

"AWS::Lambda" is the service and "AWS::Lambda::Function" the function, with Initialization, Invocation and Overhead
(Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"). ministack makes up a header and
writes nothing. AWS samples one request a second and 5 % of the others; here all are.
"""

import contextvars
import time
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import lambda_svc

from localcloud.engines.xray.header import TraceHeader, generate_segment_id
from localcloud.patches import tracing
from localcloud.patches.cloud import Cloud

_handed: contextvars.ContextVar[str | None] = contextvars.ContextVar("handed-trace", default=None)


def apply(_: Cloud) -> None:
    execute = lambda_svc._execute_function_warm

    def traced(record: dict[str, Any], event: Any, request_id: str) -> Any:
        config = record.get("config") or record
        active = (config.get("TracingConfig") or {}).get("Mode") == "Active"
        caller = tracing.header() or TraceHeader.generate()
        if tracing.header() is None and not active:
            caller = TraceHeader(caller.root, generate_segment_id(), sampled=False)
        if not active or not caller.sampled:
            return _run(caller, execute, record, event, request_id)
        service, function, began = generate_segment_id(), generate_segment_id(), time.time()
        answer = _run(caller.with_parent(function), execute, record, event, request_id)
        segments = _segments(config, caller, (service, function), (began, time.time()), answer, request_id)
        tracing.write(config["Role"], "lambda.amazonaws.com", list(segments))
        return answer

    lambda_svc._execute_function_warm = traced
    lambda_svc._xray_trace_id_for_invocation = lambda *_: _handed.get()


def _run(header: TraceHeader, execute: Any, *arguments: Any) -> Any:
    token = _handed.set(str(header))
    try:
        return execute(*arguments)
    finally:
        _handed.reset(token)


def _segments(
    config: dict[str, Any],
    caller: TraceHeader,
    ids: tuple[str, str],
    span: tuple[float, float],
    answer: Any,
    request_id: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What Lambda tells of one invocation; times in seconds since the epoch."""
    service, function = ids
    began, ended = span
    milliseconds, initialised = answer.get("milliseconds", 0.0), answer.get("init_milliseconds")
    started = max(began, ended - milliseconds / 1000)
    told = {"trace_id": caller.root, "name": config["FunctionName"], "end_time": ended}
    failed = {"fault": True} if answer.get("error") else {}
    parts = [] if initialised is None else [_part("Initialization", started - initialised / 1000, started)]
    parts += [{**_part("Invocation", started, ended), **failed}, _part("Overhead", ended, ended)]
    return (
        {**told, "id": service, "start_time": began, "origin": "AWS::Lambda", "resource_arn": config["FunctionArn"],
         "http": {"response": {"status": 200}}, "aws": {"request_id": request_id}, **failed,
         **({"parent_id": caller.parent} if caller.parent else {})},
        {**told, "id": function, "parent_id": service, "start_time": parts[0]["start_time"], "subsegments": parts,
         "origin": "AWS::Lambda::Function", **failed,
         "aws": {"account_id": get_account_id(), "function_arn": config["FunctionArn"], "request_id": request_id,
                 "resource_names": [config["FunctionName"]]}},
    )  # fmt: skip


def _part(name: str, began: float, ended: float) -> dict[str, Any]:
    return {"id": generate_segment_id(), "name": name, "start_time": began, "end_time": ended}
