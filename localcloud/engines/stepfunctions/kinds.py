"""The kinds of states, by the value of Type: each gives a state's output and the next state's name."""

from datetime import UTC, datetime
from typing import Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.attempts import Attempt
from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.choice import holds
from localcloud.engines.stepfunctions.distributed_map import distributed_map
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.parallel import inline_map, parallel
from localcloud.engines.stepfunctions.task import task

Step = tuple[Any, str | None]


def _pass(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    given = data_flow.parameters(branch, state, data)
    return data_flow.after(branch, state, data, state.get("Result", given))


def _choice(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    given = data_flow.given(branch, state, data)
    resolver = branch.resolver(given)
    for rule in state["Choices"]:
        if holds(rule, resolver):
            return data_flow.out(branch, state, given)[0], rule["Next"]
    if "Default" not in state:
        raise StateError("States.NoChoiceMatched", "No rule of the Choice state holds, and it has no Default.")
    return data_flow.out(branch, state, given)[0], state["Default"]


def _wait(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    given = data_flow.given(branch, state, data)
    moment = data_flow.number(branch, state, "Timestamp", given)
    if moment is None:
        branch.scope.sleep(float(data_flow.number(branch, state, "Seconds", given)))
    else:
        branch.scope.sleep(max(0.0, (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()))
    return data_flow.out(branch, state, given)


def _succeed(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    return data_flow.out(branch, state, data_flow.given(branch, state, data))


def _fail(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    error = data_flow.number(branch, state, "Error", data, "States.Fail")
    raise StateError(str(error), str(data_flow.number(branch, state, "Cause", data, "")))


def _map(branch: Branch, state: dict[str, Any], data: Any) -> Step:
    processor = state.get("ItemProcessor") or state["Iterator"]
    if processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        return distributed_map(branch, state, data)
    return inline_map(branch, state, data)


KINDS: dict[str, Attempt] = {
    "Pass": _pass,
    "Task": task,
    "Choice": _choice,
    "Wait": _wait,
    "Succeed": _succeed,
    "Fail": _fail,
    "Parallel": parallel,
    "Map": _map,
}
