"""Patch that runs state machines on the local cloud's interpreter, and that interpreter's access to ministack."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import s3, stepfunctions

from localcloud.engines.stepfunctions import execution
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import ExecutionAbortedError, StateError
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.platform import ChildExecution, ItemSource, MapRun, Task
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.lambda_ import aliases
from localcloud.patches.registry import patch
from localcloud.patches.stepfunctions import tasks

INVOKE = "arn:aws:states:::lambda:invoke"
UPLOAD_ACTIONS = ("s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")

_running: dict[str, tuple[CancelScope, History]] = {}


@patch("state_machine_interpreter")
def apply_state_machine_interpreter(_: Cloud) -> None:
    """Run state machines in JSONPath on the local cloud's interpreter.

    AWS: a missing JSONPath is `States.Runtime` and more than 256 KiB `States.DataLimitExceeded`, which nothing catches;
        `MaxDelaySeconds`, `JitterStrategy` and the machine's `TimeoutSeconds` apply; a failure stops its siblings and
        StopExecution stops everything; events inside Map and Parallel are recorded (Step Functions Developer Guide,
        "Handling errors in Step Functions workflows" and "Quotas").
    ministack: returns null for a missing path, has no limits, ignores these settings, waits for siblings, and records
        no events inside Map and Parallel. It still runs definitions in JSONata.
    Upstream: could be offered.
    """
    run_in_ministack, stop = stepfunctions._run_execution, stepfunctions._stop_execution

    def run(arn: str) -> None:
        record = stepfunctions._executions.get(arn)
        machine = stepfunctions._state_machines.get(record["stateMachineArn"])
        if machine is None or not _is_supported(machine["definition"]):
            run_in_ministack(arn)
        else:
            _run_execution(record, machine)

    def stop_everything(data: dict[str, Any]) -> Any:
        scope, history = _running.get(data.get("executionArn", ""), (None, None))
        if history is not None:
            history.close()  # no event follows the one that `stop` adds
        response = stop(data)
        if scope is not None:
            scope.cancel(ExecutionAbortedError())
        return response

    stepfunctions._run_execution = run
    stepfunctions._stop_execution = stop_everything


class StatePlatform:
    """Access of one execution to ministack, under its state machine's role.

    Attributes:
        open_map_run: Starts a Map Run; the patch distributed_map sets it.
    """

    open_map_run: Callable[["StatePlatform", dict[str, Any], list[ChildExecution]], MapRun] | None = None

    def __init__(self, machine: dict[str, Any], record: dict[str, Any]) -> None:
        self.machine = machine
        self.record = record

    def invoke(self, task: Task) -> Any:
        """Run a task; return its result."""
        payload = _qualify(task.payload) if task.resource.startswith(INVOKE) else task.payload
        try:
            with tasks.use_role_of(self.machine):
                if task.resource.endswith(".waitForTaskToken"):
                    return stepfunctions._invoke_with_callback(task.resource, payload, task.token, task.state)
                if task.resource == INVOKE:
                    return _invoke_function(payload)
                return stepfunctions._invoke_resource(task.resource, payload)
        except stepfunctions._ExecutionError as error:
            raise StateError(error.error, error.cause) from None

    def call_intrinsic(self, expression: str, resolve: Callable[[str], Any]) -> Any:
        """Evaluate an intrinsic function; `resolve` returns the value of a path."""
        node, _ = stepfunctions._parse_intrinsic_call(expression, 0)
        return stepfunctions._exec_intrinsic(_resolve_paths(node, resolve), None, None)

    def now(self) -> str:
        """Return the current time as ISO 8601."""
        return str(stepfunctions.now_iso())

    def read_items(self, source: ItemSource) -> Any:
        """Return the bytes of an object, or the list of objects below a prefix."""
        bucket = f"arn:aws:s3:::{source.bucket}"
        if source.listing:
            self.require("States.ItemReaderFailed", "s3:ListBucket", bucket)
            params = {"Bucket": source.bucket, "Prefix": source.key}
            listing = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": params}
            return stepfunctions._read_map_items(listing, {}, {})
        self.require("States.ItemReaderFailed", "s3:GetObject", f"{bucket}/{source.key}")
        status, _, body = s3._get_object(source.bucket, source.key, {}, {})
        if status != 200:
            cause = f"The specified key does not exist. (Bucket: {source.bucket}, Key: {source.key})"
            raise StateError("States.ItemReaderFailed", cause)
        return bytes(body)

    def write_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object of results."""
        for action in UPLOAD_ACTIONS:
            self.require("States.ResultWriterFailed", action, f"arn:aws:s3:::{bucket}/{key}")
        status, _, response = s3._put_object(bucket, key, body, {"content-type": "application/json"})
        if status != 200:
            cause = f"Cannot write s3://{bucket}/{key}: {response.decode()}"
            raise StateError("States.ResultWriterFailed", cause)

    def start_map_run(self, state: dict[str, Any], children: list[ChildExecution]) -> MapRun:
        """Start the run of a Distributed Map."""
        assert StatePlatform.open_map_run is not None
        return StatePlatform.open_map_run(self, state, children)

    def require(self, error: str, action: str, resource: str) -> None:
        """Require that the state machine's role allows an action.

        Raises:
            StateError: With the name `error`, if the role does not allow it.
        """
        role, source = self.machine["roleArn"], self.machine["stateMachineArn"]
        if not service_role.is_allowed(role, "states.amazonaws.com", action, resource, source):
            raise StateError(error, f"{role} is not authorized to perform: {action} on resource: {resource}")


def build_context(record: dict[str, Any], machine: dict[str, Any], data: Any) -> dict[str, Any]:
    """Return the context object of an execution, which `$$` selects."""
    return {
        "Execution": {"Id": record["executionArn"], "Input": data, "Name": record["name"],
                      "RoleArn": machine["roleArn"], "StartTime": record["startDate"]},
        "StateMachine": {"Id": record["stateMachineArn"], "Name": machine["name"]},
    }  # fmt: skip


def finish_execution(record: dict[str, Any], result: execution.ExecutionResult) -> None:
    """Record the result of an execution, unless it has been stopped before."""
    if record["status"] == "RUNNING":
        fields = {"output": result.output, "error": result.error, "cause": result.cause}
        record.update(fields, status=result.status, stopDate=stepfunctions.now_iso())
        stepfunctions._emit_execution_status_event(record)


def _is_supported(definition: str) -> bool:
    """Return whether this interpreter runs a definition: not JSONata, nor a Distributed Map without that patch."""
    has_map_run = StatePlatform.open_map_run is not None
    return '"JSONata"' not in definition and (has_map_run or '"DISTRIBUTED"' not in definition)


def _run_execution(record: dict[str, Any], machine: dict[str, Any]) -> None:
    scope, history = CancelScope(), History(record["events"], stepfunctions.now_iso)
    _running[record["executionArn"]] = scope, history
    try:
        data = json.loads(record["input"])
        definition, platform = json.loads(machine["definition"]), StatePlatform(machine, record)
        context = build_context(record, machine, data)
        finish_execution(record, execution.run_execution(definition, data, platform, history, scope, context))
    except Exception as error:
        cause = f"Internal error of the local cloud: {error!r}"
        finish_execution(record, execution.ExecutionResult("FAILED", error="States.Runtime", cause=cause))
        raise
    finally:
        del _running[record["executionArn"]]


def _qualify(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the payload with the task's Qualifier, if any, as part of the function's name."""
    name, qualifier = payload.get("FunctionName", ""), payload.get("Qualifier")
    return {**payload, "FunctionName": f"{name}:{qualifier}"} if qualifier else payload


def _invoke_function(payload: dict[str, Any]) -> dict[str, Any]:
    """Return Lambda's complete response; without a Payload the event is empty."""
    with aliases.record_versions() as versions:
        response = stepfunctions._invoke_resource(INVOKE, {"Payload": {}, **payload})
    version = versions[0] if versions else "$LATEST"
    return {"ExecutedVersion": version, "SdkHttpMetadata": {"HttpStatusCode": 200}, **response}


def _resolve_paths(node: Any, resolve: Callable[[str], Any]) -> Any:
    """Replace the paths in a parsed intrinsic function by their values."""
    if node[0] == "call":
        return ("call", node[1], [_resolve_paths(argument, resolve) for argument in node[2]])
    return ("str", resolve(node[1])) if node[0] == "path" else node
