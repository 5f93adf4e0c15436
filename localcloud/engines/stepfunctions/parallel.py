"""States that run several threads of control: Parallel, and Map within the execution itself."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import CancelledError, StateError, runtime_error

INLINE_CONCURRENCY = 40  # iterations of an inline Map that AWS runs at once
Job = Callable[[CancelScope], Any]


def parallel(branch: Branch, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    given = data_flow.parameters(branch, state, data)
    branch.event("ParallelStateStarted")

    def job(part: dict[str, Any]) -> Job:
        return lambda scope: branch.fork(scope).run(part, given)

    jobs = [job(part) for part in state["Branches"]]
    return data_flow.after(branch, state, data, _all(branch, "Parallel", jobs, len(jobs)))


def inline_map(branch: Branch, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    given = data_flow.given(branch, state, data)
    found = items(branch, state, given)
    limit = data_flow.number(branch, state, "MaxConcurrency", given, 0) or INLINE_CONCURRENCY
    branch.event("MapStateStarted", length=len(found))

    def job(index: int) -> Job:
        return lambda scope: _iterate(branch.fork(scope), state, given, index, found[index])

    jobs = [job(index) for index in range(len(found))]
    results = _all(branch, "Map", jobs, min(limit, INLINE_CONCURRENCY))
    return data_flow.after(branch, state, data, results)


def items(branch: Branch, state: dict[str, Any], given: Any) -> list[Any]:
    """The array that a Map goes through."""
    path = state.get("ItemsPath", "$")
    found = branch.resolver(given).read(path, "ItemsPath")
    if not isinstance(found, list):
        raise runtime_error(f'Reference path "{path}" must point to array.')
    return found


def selected(branch: Branch, state: dict[str, Any], given: Any, index: int, value: Any) -> Any:
    """What an iteration gets for an item: ItemSelector, formerly Parameters, or the item itself."""
    branch.context["Map"] = {"Item": {"Index": index, "Value": value}}
    template = state.get("ItemSelector", state.get("Parameters"))
    return value if template is None else branch.resolver(given).fill(template)


def _iterate(branch: Branch, state: dict[str, Any], given: Any, index: int, value: Any) -> Any:
    name = branch.context["State"]["Name"]
    branch.event("MapIterationStarted", name=name, index=index)
    try:
        data = selected(branch, state, given, index, value)
        output = branch.run(state.get("ItemProcessor") or state["Iterator"], data)
    except CancelledError:
        branch.event("MapIterationAborted", name=name, index=index)
        raise
    except StateError:
        branch.event("MapIterationFailed", name=name, index=index)
        raise
    branch.event("MapIterationSucceeded", name=name, index=index)
    return output


def _all(branch: Branch, kind: str, jobs: list[Job], limit: int) -> list[Any]:
    try:
        results = branch.scope.all(jobs, limit)
    except StateError:
        branch.event(f"{kind}StateFailed")
        raise
    branch.event(f"{kind}StateSucceeded")
    return results
