"""Step Functions counts executions and measures how long they took; ministack measures nothing.

"Monitoring Step Functions metrics using Amazon CloudWatch": the namespace AWS/States, by StateMachineArn. Children of a
Distributed Map are not counted here.
"""

from datetime import datetime
from typing import Any

from ministack.services import cloudwatch, stepfunctions

from localcloud.patches.cloud import Cloud

NAMESPACE = "AWS/States"
COUNTS = {"RUNNING": "ExecutionsStarted", "SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed",
          "TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}  # fmt: skip


def apply(_: Cloud) -> None:
    emit = stepfunctions._emit_execution_status_event

    def emitted(record: dict[str, Any]) -> None:
        emit(record)
        if record["stateMachineArn"] in stepfunctions._state_machines:
            _count(record)

    stepfunctions._emit_execution_status_event = emitted


def _count(record: dict[str, Any]) -> None:
    dimensions = {"StateMachineArn": record["stateMachineArn"]}
    cloudwatch.record_metric(NAMESPACE, COUNTS[record["status"]], 1.0, "Count", dimensions)
    if record["status"] == "RUNNING":
        return
    for name in COUNTS.values():  # "the metric is emitted with a zero value", so that rates can be computed
        if name not in (COUNTS[record["status"]], COUNTS["RUNNING"]):
            cloudwatch.record_metric(NAMESPACE, name, 0.0, "Count", dimensions)
    started, stopped = (datetime.fromisoformat(record[name]) for name in ("startDate", "stopDate"))
    milliseconds = (stopped - started).total_seconds() * 1000
    cloudwatch.record_metric(NAMESPACE, "ExecutionTime", milliseconds, "Milliseconds", dimensions)
