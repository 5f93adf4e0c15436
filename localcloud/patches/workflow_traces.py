"""A state machine with tracing goes on with its caller's trace and hands it to its tasks; ministack traces nothing.

Its segment is one for the whole execution, written under the machine's role, without subsegments for the states.
"""

from datetime import datetime
from typing import Any

from ministack.services import stepfunctions

from localcloud.engines.stepfunctions.platform import Task
from localcloud.engines.xray.header import TraceHeader, generate_segment_id
from localcloud.patches import tracing
from localcloud.patches.cloud import Cloud
from localcloud.patches.state_platform import StatePlatform

ORIGIN = "AWS::StepFunctions::StateMachine"

_executions: dict[str, tuple[TraceHeader, str]] = {}  # who called, and the id of the execution's segment


def apply(_: Cloud) -> None:
    start, emit, invoke = (
        stepfunctions._start_execution, stepfunctions._emit_execution_status_event, StatePlatform.invoke
    )  # fmt: skip

    def started(data: dict[str, Any]) -> Any:
        with tracing.following(TraceHeader.parse(data.get("traceHeader")) or tracing.header()):
            return start(data)

    def emitted(record: dict[str, Any]) -> None:
        emit(record)
        machine = stepfunctions._state_machines.get(record["stateMachineArn"])
        if machine is not None and (machine.get("tracingConfiguration") or {}).get("enabled"):
            _note(record, machine)

    def invoked(platform: StatePlatform, task: Task) -> Any:
        caller, segment = _executions.get(platform.record["executionArn"], (None, ""))
        with tracing.following(caller.with_parent(segment) if caller else None):
            return invoke(platform, task)

    stepfunctions._start_execution = started
    stepfunctions._emit_execution_status_event = emitted
    StatePlatform.invoke = invoked  # type: ignore[method-assign,assignment] # as gaps do


def _note(record: dict[str, Any], machine: dict[str, Any]) -> None:
    """Give an execution that begins a place in a trace; write the segment of one that has ended."""
    if record["status"] == "RUNNING":
        caller = tracing.header() or TraceHeader.generate()
        _executions[record["executionArn"]] = caller, generate_segment_id()
        record["traceHeader"] = str(caller)
        return
    if record["executionArn"] not in _executions:
        return
    caller, segment = _executions.pop(record["executionArn"])
    if not caller.sampled:
        return
    began, ended = (datetime.fromisoformat(record[name]).timestamp() for name in ("startDate", "stopDate"))
    document = {
        "id": segment, "trace_id": caller.root, "name": machine["name"], "start_time": began, "end_time": ended,
        "origin": ORIGIN, "resource_arn": machine["stateMachineArn"],
        "aws": {"execution_arn": record["executionArn"]},
        **({"parent_id": caller.parent} if caller.parent else {}),
        **({} if record["status"] == "SUCCEEDED" else {"fault": True}),
    }  # fmt: skip
    tracing.write(machine["roleArn"], "states.amazonaws.com", [document])
