"""Step Functions' language, to the letter where workflows lean on it; ministack's own interpreter is lenient.

There a missing JSONPath gives null, nothing is too large, MaxDelaySeconds, JitterStrategy and the machine's
TimeoutSeconds are ignored, a failure waits for its siblings, StopExecution does not stop them, and what happens inside
Map and Parallel leaves no event. Definitions in JSONata still run there.
"""

import json
from typing import Any

from ministack.services import stepfunctions

from localcloud.engines.stepfunctions import execution
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import ExecutionAbortedError
from localcloud.engines.stepfunctions.history import History
from localcloud.patches.cloud import Cloud
from localcloud.patches.state_platform import StatePlatform

_running: dict[str, tuple[CancelScope, History]] = {}


def apply(_: Cloud) -> None:
    theirs, stop = stepfunctions._run_execution, stepfunctions._stop_execution

    def run(arn: str) -> None:
        record = stepfunctions._executions.get(arn)
        machine = stepfunctions._state_machines.get(record["stateMachineArn"])
        if machine is None or _foreign(machine["definition"]):
            theirs(arn)
        else:
            _run(record, machine)

    def stopped(data: dict[str, Any]) -> Any:
        scope, history = _running.get(data.get("executionArn", ""), (None, None))
        if history is not None:
            history.close()  # nothing comes after the event that `stop` adds
        answer = stop(data)
        if scope is not None:
            scope.stop(ExecutionAbortedError())
        return answer

    stepfunctions._run_execution = run
    stepfunctions._stop_execution = stopped


def _foreign(definition: str) -> bool:
    """Whether a definition is not for this interpreter: JSONata, or a Distributed Map while that gap is open."""
    return '"JSONata"' in definition or ('"DISTRIBUTED"' in definition and StatePlatform.open_map_run is None)


def _run(record: dict[str, Any], machine: dict[str, Any]) -> None:
    scope, history = CancelScope(), History(record["events"], stepfunctions.now_iso)
    _running[record["executionArn"]] = scope, history
    try:
        data = json.loads(record["input"])
        definition, platform = json.loads(machine["definition"]), StatePlatform(machine, record)
        finish(
            record, execution.run_execution(definition, data, platform, history, scope, context(record, machine, data))
        )
    except Exception as error:
        finish(
            record,
            execution.ExecutionResult("FAILED", error="States.Runtime", cause=f"The local cloud failed: {error!r}"),
        )
        raise
    finally:
        del _running[record["executionArn"]]


def context(record: dict[str, Any], machine: dict[str, Any], data: Any) -> dict[str, Any]:
    """The context object of an execution, what `$$` reads."""
    return {
        "Execution": {"Id": record["executionArn"], "Input": data, "Name": record["name"],
                      "RoleArn": machine["roleArn"], "StartTime": record["startDate"]},
        "StateMachine": {"Id": record["stateMachineArn"], "Name": machine["name"]},
    }  # fmt: skip


def finish(record: dict[str, Any], end: execution.ExecutionResult) -> None:
    """Note how an execution ended, once: a user may have ended it before."""
    if record["status"] == "RUNNING":
        fields = {"output": end.output, "error": end.error, "cause": end.cause}
        record.update(fields, status=end.status, stopDate=stepfunctions.now_iso())
        stepfunctions._emit_execution_status_event(record)
