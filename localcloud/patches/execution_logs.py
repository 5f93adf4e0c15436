"""An execution's events go to its machine's log group as loggingConfiguration says; ministack logs none.

ERROR takes failures, time-outs and aborts of executions, states and tasks (Step Functions Developer Guide, "Log levels
for execution events"). Lines are written when an execution ends.
"""

import json
from datetime import datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, stepfunctions

from localcloud.patches import service_role
from localcloud.patches.cloud import Cloud

FATAL = ("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut")
ERRORS = ("Failed", "TimedOut", "Aborted", "FailStateEntered")
DATA = ("input", "output", "parameters", "inputDetails", "outputDetails")


def apply(_: Cloud) -> None:
    emit = stepfunctions._emit_execution_status_event

    def emitted(record: dict[str, Any]) -> None:
        emit(record)
        if record["status"] != "RUNNING":
            write(record)

    stepfunctions._emit_execution_status_event = emitted


def write(record: dict[str, Any]) -> None:
    """Log the events of an execution that has ended, where the machine's role may arrange for it."""
    machine = stepfunctions._state_machines.get(record["stateMachineArn"])
    settings = (machine or {}).get("loggingConfiguration") or {}
    level, destinations = settings.get("level", "OFF"), settings.get("destinations") or []
    events = [event for event in record["events"] if _wanted(event["type"], level)]
    if machine is None or not destinations or not events:
        return
    arn = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"].removesuffix(":*")
    group = cloudwatch_logs._log_groups.get(arn.split(":log-group:")[-1])
    if group is None or not _may(machine):
        return
    stream = f"states/{machine['name']}/{record['startDate'][:10]}/{record['name'][:36]}"
    if stream not in group["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": arn.split(":log-group:")[-1], "logStreamName": stream})
    lines = [_line(event, record["executionArn"], settings.get("includeExecutionData", False)) for event in events]
    cloudwatch_logs._append_log_events(group["streams"][stream], lines)


def _wanted(kind: str, level: str) -> bool:
    return level == "ALL" or (level == "FATAL" and kind in FATAL) or (level == "ERROR" and kind.endswith(ERRORS))


def _may(machine: dict[str, Any]) -> bool:
    here = f"arn:aws:logs:{get_region()}:{get_account_id()}:*"
    role, source = machine["roleArn"], machine["stateMachineArn"]
    return service_role.allows(role, "states.amazonaws.com", "logs:CreateLogDelivery", here, source)


def _line(event: dict[str, Any], execution: str, with_data: bool) -> dict[str, Any]:  # noqa: FBT001 # as it is configured
    details: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    shown = {key: value for key, value in details.items() if with_data or key not in DATA}
    time = int(datetime.fromisoformat(event["timestamp"]).timestamp() * 1000)
    message = {
        "id": str(event["id"]), "type": event["type"], "details": shown, "event_timestamp": str(time),
        "previous_event_id": str(event.get("previousEventId", 0)), "execution_arn": execution,
    }  # fmt: skip
    return {"timestamp": time, "message": json.dumps(message), "ingestionTime": time}
