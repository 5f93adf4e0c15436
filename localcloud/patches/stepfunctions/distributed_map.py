"""Patch that runs Distributed Maps."""

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
from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch
from localcloud.patches.stepfunctions import interpreter
from localcloud.patches.stepfunctions.interpreter import StatePlatform

COUNTS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total", "resultsWritten",
          "failuresNotRedrivable", "pendingRedrive")  # fmt: skip
COUNT_BY_STATUS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted"}


@patch("distributed_map", after=["state_machine_interpreter"])
def apply_distributed_map(_: Cloud) -> None:
    """Run Distributed Maps with batches, exported results and tolerated failures, under the state machine's role.

    AWS: has `ItemBatcher` and `ResultWriter`, ends the run when more items fail than are tolerated, and reads, writes
        and starts children under the role (Step Functions Developer Guide, "ItemReader", "ItemBatcher", "ResultWriter"
        and "IAM policies for using Distributed Map states").
    ministack: has neither `ItemBatcher` nor `ResultWriter`, runs every child regardless of failures, and does not check
        the role.
    Upstream: could be offered.
    """
    StatePlatform.open_map_run = DistributedMapRun


class DistributedMapRun:
    """A Map Run, as ListMapRuns, DescribeMapRun and ListExecutions return it."""

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
        self._record: dict[str, Any] = {
            "mapRunArn": self.arn, "executionArn": platform.record["executionArn"], "status": "RUNNING",
            "startDate": platform.now(), "maxConcurrency": state.get("MaxConcurrency", 0),
            "toleratedFailurePercentage": float(state.get("ToleratedFailurePercentage", 0)),
            "toleratedFailureCount": state.get("ToleratedFailureCount", 0), "redriveCount": 0,
            "itemCounts": {**dict.fromkeys(COUNTS, 0), "pending": items, "total": items},
            "executionCounts": {**dict.fromkeys(COUNTS, 0), "pending": len(children), "total": len(children)},
            "_stateMachineArn": self._machine["stateMachineArn"],
        }  # fmt: skip
        stepfunctions._map_runs[self.arn] = self._record

    def run_child(self, child: ChildExecution, scope: CancelScope, context: dict[str, Any]) -> None:
        """Run a child execution and record its result."""
        record = self._start_child(child)
        self._count(child, "pending", "running")
        history, child_scope = History(record["events"], stepfunctions.now_iso), CancelScope(scope)
        child_context = {**context, **interpreter.build_context(record, self._machine, child.input)}
        result = execution.run_execution(
            self._processor, child.input, self._platform, history, child_scope, child_context
        )
        interpreter.finish_execution(record, result)
        child.status, child.output = result.status, None
        if result.output is not None:
            child.output = json.loads(result.output)
        child.record = _export(record)
        self._count(child, "running", COUNT_BY_STATUS[result.status])

    def finish(self, status: str, written: int) -> None:
        """Record the end of the run, and how many results were written."""
        self._record.update(status=status, stopDate=self._platform.now())
        self._record["itemCounts"]["resultsWritten"] = written

    def _start_child(self, child: ChildExecution) -> dict[str, Any]:
        name, now, data = str(uuid.uuid4()), self._platform.now(), to_json(child.input)
        details = {"input": data, "roleArn": self._machine["roleArn"]}
        event = {"id": 1, "type": "ExecutionStarted", "timestamp": now, "executionStartedEventDetails": details}
        record: dict[str, Any] = {
            "executionArn": f"{self._prefix}:{name}", "stateMachineArn": self._machine["stateMachineArn"], "name": name,
            "status": "RUNNING", "startDate": now, "stopDate": None, "input": data, "output": None,
            "mapRunArn": self.arn, "events": [event],
        }  # fmt: skip
        stepfunctions._executions[record["executionArn"]] = record
        return record

    def _count(self, child: ChildExecution, old: str, new: str) -> None:
        with self._lock:
            for counts, amount in ((self._record["itemCounts"], child.items), (self._record["executionCounts"], 1)):
                counts[old] -= amount
                counts[new] += amount


def _export(record: dict[str, Any]) -> dict[str, Any]:
    """Return a child execution in the form of ResultWriter's files."""
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
