"""Distributed Map: batches, results in S3, tolerance that ends the run, all under the state machine's role.

ministack has neither ItemBatcher nor ResultWriter, runs every child whatever failed, and asks no role.
"""

import json
import threading
import uuid
from typing import Any

from ministack.services import stepfunctions

from localcloud.engines.stepfunctions import execution
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import ChildExecution
from localcloud.patches import state_engine
from localcloud.patches.cloud import Cloud
from localcloud.patches.state_platform import StatePlatform

COUNTS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total", "resultsWritten",
          "failuresNotRedrivable", "pendingRedrive")  # fmt: skip
COUNT_OF = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted"}


def apply(_: Cloud) -> None:
    StatePlatform.open_map_run = Run


class Run:
    """A Map Run as ListMapRuns, DescribeMapRun and ListExecutions show it."""

    def __init__(self, platform: StatePlatform, state: dict[str, Any], children: list[ChildExecution]) -> None:
        machine = platform.machine
        platform.require("States.Permissions", "states:StartExecution", machine["stateMachineArn"])
        label = state.get("Label") or uuid.uuid4().hex[:10]
        self._platform = platform
        self._processor = state["ItemProcessor"]
        self._machine = {**machine, "stateMachineArn": f"{machine['stateMachineArn']}/{label}"}
        self._prefix = f"{machine['stateMachineArn'].replace(':stateMachine:', ':execution:')}/{label}"
        self.arn = f"{self._prefix.replace(':execution:', ':mapRun:')}:{uuid.uuid4()}"
        self._lock = threading.Lock()
        items = sum(child.items for child in children)
        self._shown: dict[str, Any] = {
            "mapRunArn": self.arn, "executionArn": platform.record["executionArn"], "status": "RUNNING",
            "startDate": platform.now(), "maxConcurrency": state.get("MaxConcurrency", 0),
            "toleratedFailurePercentage": float(state.get("ToleratedFailurePercentage", 0)),
            "toleratedFailureCount": state.get("ToleratedFailureCount", 0), "redriveCount": 0,
            "itemCounts": {**dict.fromkeys(COUNTS, 0), "pending": items, "total": items},
            "executionCounts": {**dict.fromkeys(COUNTS, 0), "pending": len(children), "total": len(children)},
            "_stateMachineArn": self._machine["stateMachineArn"],
        }  # fmt: skip
        stepfunctions._map_runs[self.arn] = self._shown

    def run_child(self, child: ChildExecution, scope: CancelScope, context: dict[str, Any]) -> None:
        record = self._start(child)
        self._count(child, "pending", "running")
        history, within = History(record["events"], stepfunctions.now_iso), CancelScope(scope)
        seen = {**context, **state_engine.context(record, self._machine, child.input)}
        end = execution.run_execution(self._processor, child.input, self._platform, history, within, seen)
        state_engine.finish(record, end)
        child.status, child.output = end.status, None
        if end.output is not None:
            child.output = json.loads(end.output)
        child.record = _exported(record)
        self._count(child, "running", COUNT_OF[end.status])

    def finish(self, status: str, written: int) -> None:
        self._shown.update(status=status, stopDate=self._platform.now())
        self._shown["itemCounts"]["resultsWritten"] = written

    def _start(self, child: ChildExecution) -> dict[str, Any]:
        name, now, given = str(uuid.uuid4()), self._platform.now(), to_json(child.input)
        details = {"input": given, "roleArn": self._machine["roleArn"]}
        started = {"id": 1, "type": "ExecutionStarted", "timestamp": now, "executionStartedEventDetails": details}
        record: dict[str, Any] = {
            "executionArn": f"{self._prefix}:{name}", "stateMachineArn": self._machine["stateMachineArn"], "name": name,
            "status": "RUNNING", "startDate": now, "stopDate": None, "input": given, "output": None,
            "mapRunArn": self.arn, "events": [started],
        }  # fmt: skip
        stepfunctions._executions[record["executionArn"]] = record
        return record

    def _count(self, child: ChildExecution, before: str, after: str) -> None:
        with self._lock:
            for counts, amount in ((self._shown["itemCounts"], child.items), (self._shown["executionCounts"], 1)):
                counts[before] -= amount
                counts[after] += amount


def _exported(record: dict[str, Any]) -> dict[str, Any]:
    """A child execution as ResultWriter's files hold it."""
    status = record["status"]
    fields = {
        "ExecutionArn": record["executionArn"],
        "Input": record["input"],
        "InputDetails": {"Included": True},
        "Name": record["name"],
        "Output": record["output"],
        "OutputDetails": {"Included": True} if record["output"] else None,
        "Error": record.get("error"),
        "Cause": record.get("cause"),
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE" if status == "SUCCEEDED" else "REDRIVABLE_BY_MAP_RUN",
        "StartDate": record["startDate"],
        "StateMachineArn": record["stateMachineArn"],
        "Status": status,
        "StopDate": record["stopDate"],
    }
    return {name: value for name, value in fields.items() if value is not None}
