"""What the interpreter of state machines asks of ministack: calls of services, time, objects. Used by state_engine."""

from collections.abc import Callable
from typing import Any

from ministack.services import s3, stepfunctions

from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.platform import ChildExecution, ItemSource, MapRun, Task
from localcloud.patches import alias_routing, service_role, state_machine_role

INVOKE = "arn:aws:states:::lambda:invoke"
UPLOAD = ("s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")


class StatePlatform:
    """One execution's; `open_map_run` is given by the gap distributed_map."""

    open_map_run: Callable[["StatePlatform", dict[str, Any], list[ChildExecution]], MapRun] | None = None

    def __init__(self, machine: dict[str, Any], record: dict[str, Any]) -> None:
        self.machine = machine
        self.record = record

    def invoke(self, task: Task) -> Any:
        payload = _qualified(task.payload) if task.resource.startswith(INVOKE) else task.payload
        try:
            with state_machine_role.acting(self.machine):
                if task.resource.endswith(".waitForTaskToken"):
                    return stepfunctions._invoke_with_callback(task.resource, payload, task.token, task.state)
                if task.resource == INVOKE:
                    return _invoked(payload)
                return stepfunctions._invoke_resource(task.resource, payload)
        except stepfunctions._ExecutionError as error:
            raise StateError(error.error, error.cause) from None

    def call_intrinsic(self, expression: str, resolve: Callable[[str], Any]) -> Any:
        node, _ = stepfunctions._parse_intrinsic_call(expression, 0)
        return stepfunctions._exec_intrinsic(_resolved(node, resolve), None, None)

    def now(self) -> str:
        return str(stepfunctions.now_iso())

    def read_items(self, source: ItemSource) -> Any:
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
        for action in UPLOAD:
            self.require("States.ResultWriterFailed", action, f"arn:aws:s3:::{bucket}/{key}")
        status, _, answer = s3._put_object(bucket, key, body, {"content-type": "application/json"})
        if status != 200:
            raise StateError("States.ResultWriterFailed", f"Writing s3://{bucket}/{key} failed: {answer.decode()}")

    def start_map_run(self, state: dict[str, Any], children: list[ChildExecution]) -> MapRun:
        assert StatePlatform.open_map_run is not None
        return StatePlatform.open_map_run(self, state, children)

    def require(self, error: str, action: str, resource: str) -> None:
        """StateError unless the state machine's role may do `action`."""
        role, source = self.machine["roleArn"], self.machine["stateMachineArn"]
        if not service_role.allows(role, "states.amazonaws.com", action, resource, source):
            raise StateError(error, f"{role} is not authorized to perform: {action} on resource: {resource}")


def _qualified(payload: dict[str, Any]) -> dict[str, Any]:
    """A function's name with the Qualifier that a task may give beside it."""
    name, qualifier = payload.get("FunctionName", ""), payload.get("Qualifier")
    return {**payload, "FunctionName": f"{name}:{qualifier}"} if qualifier else payload


def _invoked(payload: dict[str, Any]) -> dict[str, Any]:
    """Lambda's whole answer; without a Payload the event is empty."""
    with alias_routing.executed() as versions:
        answer = stepfunctions._invoke_resource(INVOKE, {"Payload": {}, **payload})
    version = versions[0] if versions else "$LATEST"
    return {"ExecutedVersion": version, "SdkHttpMetadata": {"HttpStatusCode": 200}, **answer}


def _resolved(node: Any, resolve: Callable[[str], Any]) -> Any:
    """A parsed intrinsic function whose paths are replaced by what they select."""
    if node[0] == "call":
        return ("call", node[1], [_resolved(argument, resolve) for argument in node[2]])
    return ("str", resolve(node[1])) if node[0] == "path" else node
