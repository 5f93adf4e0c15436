"""Runs a state by its Type; each function returns the state's output and the name of the next state."""

import uuid
from datetime import UTC, datetime
from typing import Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.branch import Branch, StateHandler, StateResult
from localcloud.engines.stepfunctions.choice import evaluate_rule
from localcloud.engines.stepfunctions.distributed_map import run_distributed_map
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.parallel import run_inline_map, run_parallel
from localcloud.engines.stepfunctions.payload import to_bounded_json, to_json
from localcloud.engines.stepfunctions.platform import Task

DEFAULT_TIMEOUT_SECONDS = 99_999_999


def _run_pass(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    parameters = data_flow.apply_parameters(branch, state, data)
    return data_flow.apply_result(branch, state, data, state.get("Result", parameters))


def _run_choice(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    selected = data_flow.apply_input_path(branch, state, data)
    resolver = branch.create_resolver(selected)
    for rule in state["Choices"]:
        if evaluate_rule(rule, resolver):
            return data_flow.apply_output_path(branch, state, selected)[0], rule["Next"]
    if "Default" not in state:
        raise StateError("States.NoChoiceMatched", "No rule of the Choice state holds, and it has no Default.")
    return data_flow.apply_output_path(branch, state, selected)[0], state["Default"]


def _run_wait(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    selected = data_flow.apply_input_path(branch, state, data)
    timestamp = data_flow.get_field(branch, state, "Timestamp", selected)
    if timestamp is None:
        branch.scope.sleep(float(data_flow.get_field(branch, state, "Seconds", selected)))
    else:
        branch.scope.sleep(max(0.0, (datetime.fromisoformat(timestamp) - datetime.now(UTC)).total_seconds()))
    return data_flow.apply_output_path(branch, state, selected)


def _run_succeed(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    return data_flow.apply_output_path(branch, state, data_flow.apply_input_path(branch, state, data))


def _run_fail(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    error = data_flow.get_field(branch, state, "Error", data, "States.Fail")
    raise StateError(str(error), str(data_flow.get_field(branch, state, "Cause", data, "")))


def _run_map(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    processor = state.get("ItemProcessor") or state["Iterator"]
    if processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        return run_distributed_map(branch, state, data)
    return run_inline_map(branch, state, data)


def _run_task(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    resource, token = state["Resource"], str(uuid.uuid4())
    branch.context["Task"] = {"Token": token}
    payload = data_flow.apply_parameters(branch, state, data)
    seconds = data_flow.get_field(branch, state, "TimeoutSeconds", data)
    is_function_arn = ":lambda:" in resource and ":::" not in resource
    events = (_LambdaEvents if is_function_arn else _TaskEvents)(branch, resource)
    events.add_scheduled(to_json(payload), seconds or DEFAULT_TIMEOUT_SECONDS)
    try:
        result = branch.scope.call(lambda: branch.platform.invoke(Task(resource, payload, state, token)), seconds)
        output = to_bounded_json(result, "result of the task")
    except TimeoutError:
        cause = f"The task took longer than its TimeoutSeconds, {seconds}."
        events.add_end("TimedOut", error="States.Timeout", cause=cause)
        raise StateError("States.Timeout", cause) from None
    except StateError as error:
        events.add_end("Failed", error=error.error, cause=error.cause)
        raise
    events.add_end("Succeeded", output=output, outputDetails={"truncated": False})
    return data_flow.apply_result(branch, state, data, result)


class _TaskEvents:
    """Adds the events of a service integration, for example arn:aws:states:::lambda:invoke."""

    def __init__(self, branch: Branch, resource: str) -> None:
        parts = resource.split(":")
        self._branch = branch
        self._names = {"resourceType": parts[-2], "resource": parts[-1]}

    def add_scheduled(self, payload: str, seconds: int) -> None:
        region = self._branch.context["StateMachine"]["Id"].split(":")[3]
        self._branch.add_event(
            "TaskScheduled", **self._names, region=region, parameters=payload, timeoutInSeconds=seconds
        )
        self._branch.add_event("TaskStarted", **self._names)

    def add_end(self, status: str, **details: Any) -> None:
        self._branch.add_event(f"Task{status}", **self._names, **details)


class _LambdaEvents(_TaskEvents):
    """Adds the events of a task whose Resource is a function's ARN."""

    def __init__(self, branch: Branch, resource: str) -> None:
        super().__init__(branch, resource)
        self._resource = resource

    def add_scheduled(self, payload: str, seconds: int) -> None:
        self._branch.add_event("LambdaFunctionScheduled", resource=self._resource, input=payload,
                               inputDetails={"truncated": False}, timeoutInSeconds=seconds)  # fmt: skip
        self._branch.add_event("LambdaFunctionStarted")

    def add_end(self, status: str, **details: Any) -> None:
        self._branch.add_event(f"LambdaFunction{status}", **details)


HANDLERS: dict[str, StateHandler] = {
    "Pass": _run_pass,
    "Task": _run_task,
    "Choice": _run_choice,
    "Wait": _run_wait,
    "Succeed": _run_succeed,
    "Fail": _run_fail,
    "Parallel": run_parallel,
    "Map": _run_map,
}
