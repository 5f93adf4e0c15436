"""Patches of tasks: the state machine's role, and the error of a throttled function."""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.registry import patch

ERRORS = {"lambda:InvokeFunction": "Lambda.AWSLambdaException", "sqs:SendMessage": "SQS.SqsException"}
THROTTLED = "TooManyRequestsException"

_machine: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("state-machine")


@patch("state_machine_role")
def apply_state_machine_role(_: Cloud) -> None:
    """Run tasks of Lambda and SQS under the state machine's role.

    AWS: runs each task under the state machine's role (Step Functions Developer Guide, "How AWS Step Functions works
        with IAM").
    ministack: does not check the role. The patch checks it for Lambda and SQS.
    Upstream: could be offered.
    """
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_resource

    def execute_with_role(state: Any, raw: Any, execution: dict[str, Any], context: Any) -> Any:
        with use_role_of(stepfunctions._state_machines.get((execution or {}).get("stateMachineArn", "")) or {}):
            return execute(state, raw, execution, context)

    def invoke_with_permission(resource: str, data: Any) -> Any:
        if permission := _find_permission(resource, data):
            _require(*permission)
        return invoke(resource, data)

    stepfunctions._execute_task = execute_with_role
    stepfunctions._invoke_resource = invoke_with_permission


@patch("task_throttling")
def apply_task_throttling(_: Cloud) -> None:
    """Fail a task with Lambda.TooManyRequestsException when its function is throttled.

    AWS: fails the task with `Lambda.TooManyRequestsException` (Step Functions Developer Guide, "Error names").
    ministack: fails it with `Lambda.Unknown`.
    Upstream: could be offered.
    """
    call = stepfunctions._call_lambda

    def call_with_throttling_error(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            if error.error == "Lambda.Unknown" and f'"{THROTTLED}"' in error.cause:
                raise stepfunctions._ExecutionError(f"Lambda.{THROTTLED}", error.cause) from None
            raise

    stepfunctions._call_lambda = call_with_throttling_error


@contextlib.contextmanager
def use_role_of(machine: dict[str, Any]) -> Iterator[None]:
    """Run the tasks inside the context under a state machine's role."""
    token = _machine.set(machine)
    try:
        yield
    finally:
        _machine.reset(token)


def _find_permission(resource: str, data: Any) -> tuple[str, str] | None:
    """Return the action and the ARN that a task needs permission for, or None for other services."""
    location = f"{get_region()}:{get_account_id()}"
    if "states:::lambda:invoke" in resource or ":lambda:" in resource:
        function = data.get("FunctionName", "") if "states:::" in resource else resource
        arn = function if function.startswith("arn:") else f"arn:aws:lambda:{location}:function:{function}"
        return "lambda:InvokeFunction", arn
    if "states:::sqs:sendMessage" in resource:
        return "sqs:SendMessage", f"arn:aws:sqs:{location}:{data.get('QueueUrl', '').rsplit('/', 1)[-1]}"
    return None


def _require(action: str, resource: str) -> None:
    machine = _machine.get({})
    role, source = machine.get("roleArn", ""), machine.get("stateMachineArn", "")
    if not role or service_role.is_allowed(role, "states.amazonaws.com", action, resource, source):
        return
    cause = f"{role} is not authorized to perform: {action} on resource: {resource}"
    raise stepfunctions._ExecutionError(ERRORS[action], cause)
