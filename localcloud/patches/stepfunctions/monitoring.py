"""Patches that add logs, metrics and traces of executions."""

import json
from datetime import datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, cloudwatch_logs, stepfunctions

from localcloud.engines.stepfunctions.platform import Task
from localcloud.engines.xray.header import TraceHeader, generate_segment_id
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.registry import patch
from localcloud.patches.stepfunctions.interpreter import StatePlatform
from localcloud.patches.xray import tracing

SERVICE = "states.amazonaws.com"
FATAL_EVENTS = ("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut")
ERROR_EVENTS = ("Failed", "TimedOut", "Aborted", "FailStateEntered")  # ends of event types
DATA = ("input", "output", "parameters", "inputDetails", "outputDetails")
NAMESPACE = "AWS/States"
COUNTS = {"RUNNING": "ExecutionsStarted", "SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed",
          "TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}  # fmt: skip
ORIGIN = "AWS::StepFunctions::StateMachine"

_traced: dict[str, tuple[TraceHeader, str]] = {}  # by execution: the caller's header, the id of the execution's segment


@patch("execution_logs")
def apply_execution_logs(_: Cloud) -> None:
    """Write the events of executions to the log group of loggingConfiguration, when the execution ends.

    AWS: writes events by level: ERROR includes failures, timeouts and aborts of executions, states and tasks (Step
        Functions Developer Guide, "Using CloudWatch Logs to log execution history" and "Log levels for execution
        events").
    ministack: writes no logs.
    Upstream: could be offered.
    """
    emit = stepfunctions._emit_execution_status_event

    def emit_and_log(record: dict[str, Any]) -> None:
        emit(record)
        if record["status"] != "RUNNING":
            _log_execution(record)

    stepfunctions._emit_execution_status_event = emit_and_log


@patch("execution_metrics", after=["execution_logs"])
def apply_execution_metrics(_: Cloud) -> None:
    """Count executions by status and record their duration.

    AWS: records AWS/States metrics by StateMachineArn (Step Functions Developer Guide, "Monitoring Step Functions
        metrics using Amazon CloudWatch"). Here children of a Distributed Map are not counted.
    ministack: records no metrics.
    Upstream: could be offered.
    """
    emit = stepfunctions._emit_execution_status_event

    def emit_and_count(record: dict[str, Any]) -> None:
        emit(record)
        if record["stateMachineArn"] in stepfunctions._state_machines:
            _count_execution(record)

    stepfunctions._emit_execution_status_event = emit_and_count


@patch("execution_traces", after=["execution_metrics"])
def apply_execution_traces(_: Cloud) -> None:
    """Continue the caller's trace in executions of a state machine with tracing, and in their tasks.

    AWS: writes a segment under the state machine's role and passes the trace to tasks (Step Functions Developer Guide,
        "Trace Step Functions request data in AWS X-Ray"). Here an execution has one segment, without subsegments for
        its states.
    ministack: writes no segments.
    Upstream: could be offered.
    """
    start, emit, invoke = (
        stepfunctions._start_execution, stepfunctions._emit_execution_status_event, StatePlatform.invoke
    )  # fmt: skip

    def start_with_trace(data: dict[str, Any]) -> Any:
        with tracing.use_header(TraceHeader.parse(data.get("traceHeader")) or tracing.get_header()):
            return start(data)

    def emit_and_trace(record: dict[str, Any]) -> None:
        emit(record)
        machine = stepfunctions._state_machines.get(record["stateMachineArn"])
        if machine is not None and (machine.get("tracingConfiguration") or {}).get("enabled"):
            _trace_execution(record, machine)

    def invoke_with_trace(platform: StatePlatform, task: Task) -> Any:
        caller, segment = _traced.get(platform.record["executionArn"], (None, ""))
        with tracing.use_header(caller.with_parent(segment) if caller else None):
            return invoke(platform, task)

    stepfunctions._start_execution = start_with_trace
    stepfunctions._emit_execution_status_event = emit_and_trace
    StatePlatform.invoke = invoke_with_trace  # type: ignore[method-assign,assignment] # patched like ministack


def _log_execution(record: dict[str, Any]) -> None:
    """Log the events of an ended execution if the state machine's role allows the log delivery."""
    machine = stepfunctions._state_machines.get(record["stateMachineArn"])
    settings = (machine or {}).get("loggingConfiguration") or {}
    level, destinations = settings.get("level", "OFF"), settings.get("destinations") or []
    events = [event for event in record["events"] if _has_level(event["type"], level)]
    if machine is None or not destinations or not events:
        return
    arn = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"].removesuffix(":*")
    group_name = arn.split(":log-group:")[-1]
    group = cloudwatch_logs._log_groups.get(group_name)
    if group is None or not _may_deliver_logs(machine):
        return
    stream = f"states/{machine['name']}/{record['startDate'][:10]}/{record['name'][:36]}"
    if stream not in group["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group_name, "logStreamName": stream})
    include_data = settings.get("includeExecutionData", False)
    lines = [_build_log_event(event, record["executionArn"], include_data=include_data) for event in events]
    cloudwatch_logs._append_log_events(group["streams"][stream], lines)


def _has_level(event_type: str, level: str) -> bool:
    return (
        level == "ALL"
        or (level == "FATAL" and event_type in FATAL_EVENTS)
        or (level == "ERROR" and event_type.endswith(ERROR_EVENTS))
    )


def _may_deliver_logs(machine: dict[str, Any]) -> bool:
    resource = f"arn:aws:logs:{get_region()}:{get_account_id()}:*"
    role, source = machine["roleArn"], machine["stateMachineArn"]
    return service_role.is_allowed(role, SERVICE, "logs:CreateLogDelivery", resource, source)


def _build_log_event(event: dict[str, Any], execution: str, *, include_data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    shown = {key: value for key, value in details.items() if include_data or key not in DATA}
    time = int(datetime.fromisoformat(event["timestamp"]).timestamp() * 1000)
    message = {
        "id": str(event["id"]), "type": event["type"], "details": shown, "event_timestamp": str(time),
        "previous_event_id": str(event.get("previousEventId", 0)), "execution_arn": execution,
    }  # fmt: skip
    return {"timestamp": time, "message": json.dumps(message), "ingestionTime": time}


def _count_execution(record: dict[str, Any]) -> None:
    dimensions = {"StateMachineArn": record["stateMachineArn"]}
    cloudwatch.record_metric(NAMESPACE, COUNTS[record["status"]], 1.0, "Count", dimensions)
    if record["status"] == "RUNNING":
        return
    for name in COUNTS.values():  # "the metric is emitted with a zero value", so that rates can be computed
        if name not in (COUNTS[record["status"]], COUNTS["RUNNING"]):
            cloudwatch.record_metric(NAMESPACE, name, 0.0, "Count", dimensions)
    start, stop = (datetime.fromisoformat(record[name]) for name in ("startDate", "stopDate"))
    milliseconds = (stop - start).total_seconds() * 1000
    cloudwatch.record_metric(NAMESPACE, "ExecutionTime", milliseconds, "Milliseconds", dimensions)


def _trace_execution(record: dict[str, Any], machine: dict[str, Any]) -> None:
    """Assign a starting execution to a trace, or write the segment of an ended one."""
    if record["status"] == "RUNNING":
        caller = tracing.get_header() or TraceHeader.generate()
        _traced[record["executionArn"]] = caller, generate_segment_id()
        record["traceHeader"] = str(caller)
        return
    if record["executionArn"] not in _traced:
        return
    caller, segment = _traced.pop(record["executionArn"])
    if not caller.sampled:
        return
    start, end = (datetime.fromisoformat(record[name]).timestamp() for name in ("startDate", "stopDate"))
    document = {
        "id": segment, "trace_id": caller.root, "name": machine["name"], "start_time": start, "end_time": end,
        "origin": ORIGIN, "resource_arn": machine["stateMachineArn"],
        "aws": {"execution_arn": record["executionArn"]},
        **({"parent_id": caller.parent} if caller.parent else {}),
        **({} if record["status"] == "SUCCEEDED" else {"fault": True}),
    }  # fmt: skip
    tracing.write_segments(machine["roleArn"], SERVICE, [document])
