"""Step Functions does each task under the state machine's role; ministack asks nobody. Closed for Lambda and SQS."""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from localcloud.patches import service_role
from localcloud.patches.cloud import Cloud

ERRORS = {"lambda:InvokeFunction": "Lambda.AWSLambdaException", "sqs:SendMessage": "SQS.SqsException"}

_machine: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("state-machine")


def apply(_: Cloud) -> None:
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_resource

    def execute_known(state: Any, raw: Any, execution: dict[str, Any], context: Any) -> Any:
        with acting(stepfunctions._state_machines.get((execution or {}).get("stateMachineArn", "")) or {}):
            return execute(state, raw, execution, context)

    def invoke_permitted(resource: str, data: Any) -> Any:
        if needed := _needed(resource, data):
            _require(*needed)
        return invoke(resource, data)

    stepfunctions._execute_task = execute_known
    stepfunctions._invoke_resource = invoke_permitted


@contextlib.contextmanager
def acting(machine: dict[str, Any]) -> Iterator[None]:
    """While this lasts, tasks run under the role of `machine`."""
    token = _machine.set(machine)
    try:
        yield
    finally:
        _machine.reset(token)


def _needed(resource: str, data: Any) -> tuple[str, str] | None:
    """The action and the ARN that a task asks for, where this gap knows them."""
    here = f"{get_region()}:{get_account_id()}"
    if "states:::lambda:invoke" in resource or ":lambda:" in resource:
        function = data.get("FunctionName", "") if "states:::" in resource else resource
        arn = function if function.startswith("arn:") else f"arn:aws:lambda:{here}:function:{function}"
        return "lambda:InvokeFunction", arn
    if "states:::sqs:sendMessage" in resource:
        return "sqs:SendMessage", f"arn:aws:sqs:{here}:{data.get('QueueUrl', '').rsplit('/', 1)[-1]}"
    return None


def _require(action: str, resource: str) -> None:
    machine = _machine.get({})
    role, source = machine.get("roleArn", ""), machine.get("stateMachineArn", "")
    if not role or service_role.allows(role, "states.amazonaws.com", action, resource, source):
        return
    raise stepfunctions._ExecutionError(
        ERRORS[action], f"{role} is not authorized to perform: {action} on resource: {resource}"
    )
