"""States that run several branches at the same time: Parallel, and Map in inline mode."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.branch import Branch, StateResult
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import CancelledError, StateError, runtime_error

INLINE_CONCURRENCY = 40  # the number of iterations of an inline Map that AWS runs at the same time
Job = Callable[[CancelScope], Any]


def run_parallel(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    """Run the branches of a Parallel state."""
    parameters = data_flow.apply_parameters(branch, state, data)
    branch.add_event("ParallelStateStarted")

    def create_job(part: dict[str, Any]) -> Job:
        return lambda scope: branch.fork(scope).run(part, parameters)

    jobs = [create_job(part) for part in state["Branches"]]
    return data_flow.apply_result(branch, state, data, _run_jobs(branch, "Parallel", jobs, len(jobs)))


def run_inline_map(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    """Run the iterations of a Map state in inline mode."""
    selected = data_flow.apply_input_path(branch, state, data)
    items = get_items(branch, state, selected)
    limit = data_flow.get_field(branch, state, "MaxConcurrency", selected, 0) or INLINE_CONCURRENCY
    branch.add_event("MapStateStarted", length=len(items))

    def create_job(index: int) -> Job:
        return lambda scope: _run_iteration(branch.fork(scope), state, selected, index, items[index])

    jobs = [create_job(index) for index in range(len(items))]
    results = _run_jobs(branch, "Map", jobs, min(limit, INLINE_CONCURRENCY))
    return data_flow.apply_result(branch, state, data, results)


def get_items(branch: Branch, state: dict[str, Any], data: Any) -> list[Any]:
    """Get the array over which a Map iterates.

    Raises:
        StateError: States.Runtime if ItemsPath does not select an array.
    """
    path = state.get("ItemsPath", "$")
    items = branch.create_resolver(data).resolve(path, "ItemsPath")
    if not isinstance(items, list):
        raise runtime_error(f'Reference path "{path}" must point to array.')
    return items


def select_item(branch: Branch, state: dict[str, Any], data: Any, index: int, value: Any) -> Any:
    """Apply ItemSelector, formerly Parameters, to an item: the input of an iteration."""
    branch.context["Map"] = {"Item": {"Index": index, "Value": value}}
    template = state.get("ItemSelector", state.get("Parameters"))
    return value if template is None else branch.create_resolver(data).fill(template)


def _run_iteration(branch: Branch, state: dict[str, Any], data: Any, index: int, value: Any) -> Any:
    name = branch.context["State"]["Name"]
    branch.add_event("MapIterationStarted", name=name, index=index)
    try:
        item = select_item(branch, state, data, index, value)
        output = branch.run(state.get("ItemProcessor") or state["Iterator"], item)
    except CancelledError:
        branch.add_event("MapIterationAborted", name=name, index=index)
        raise
    except StateError:
        branch.add_event("MapIterationFailed", name=name, index=index)
        raise
    branch.add_event("MapIterationSucceeded", name=name, index=index)
    return output


def _run_jobs(branch: Branch, kind: str, jobs: list[Job], limit: int) -> list[Any]:
    try:
        results = branch.scope.run_all(jobs, limit)
    except StateError:
        branch.add_event(f"{kind}StateFailed")
        raise
    branch.add_event(f"{kind}StateSucceeded")
    return results
