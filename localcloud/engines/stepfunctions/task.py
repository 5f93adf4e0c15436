"""Task states: one call of a service, with its time-out and its events."""

import uuid
from typing import Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.payload import to_bounded_json, to_json
from localcloud.engines.stepfunctions.platform import Task

LONGEST = 99_999_999  # seconds: Step Functions' default


def task(branch: Branch, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    resource, token = state["Resource"], str(uuid.uuid4())
    branch.context["Task"] = {"Token": token}
    payload = data_flow.parameters(branch, state, data)
    seconds = data_flow.number(branch, state, "TimeoutSeconds", data)
    function = ":lambda:" in resource and ":::" not in resource
    events = (_LambdaEvents if function else _Events)(branch, resource)
    events.scheduled(to_json(payload), seconds or LONGEST)
    try:
        result = branch.scope.call(lambda: branch.platform.invoke(Task(resource, payload, state, token)), seconds)
        written = to_bounded_json(result, "result of the task")
    except TimeoutError:
        cause = f"The task took longer than its TimeoutSeconds, {seconds}."
        events.ended("TimedOut", error="States.Timeout", cause=cause)
        raise StateError("States.Timeout", cause) from None
    except StateError as error:
        events.ended("Failed", error=error.error, cause=error.cause)
        raise
    events.ended("Succeeded", output=written, outputDetails={"truncated": False})
    return data_flow.after(branch, state, data, result)


class _Events:
    """The events of a service integration, such as arn:aws:states:::lambda:invoke."""

    def __init__(self, branch: Branch, resource: str) -> None:
        parts = resource.split(":")
        self._branch = branch
        self._names = {"resourceType": parts[-2], "resource": parts[-1]}

    def scheduled(self, payload: str, seconds: int) -> None:
        region = self._branch.context["StateMachine"]["Id"].split(":")[3]
        self._branch.event("TaskScheduled", **self._names, region=region, parameters=payload, timeoutInSeconds=seconds)
        self._branch.event("TaskStarted", **self._names)

    def ended(self, how: str, **details: Any) -> None:
        self._branch.event(f"Task{how}", **self._names, **details)


class _LambdaEvents(_Events):
    """The events of a task whose resource is a function itself."""

    def __init__(self, branch: Branch, resource: str) -> None:
        super().__init__(branch, resource)
        self._resource = resource

    def scheduled(self, payload: str, seconds: int) -> None:
        self._branch.event("LambdaFunctionScheduled", resource=self._resource, input=payload,
                           inputDetails={"truncated": False}, timeoutInSeconds=seconds)  # fmt: skip
        self._branch.event("LambdaFunctionStarted")

    def ended(self, how: str, **details: Any) -> None:
        self._branch.event(f"LambdaFunction{how}", **details)
