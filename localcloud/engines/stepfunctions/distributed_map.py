"""Distributed Map: reads items, runs child executions for them, tolerates some failures, exports what they gave."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.stepfunctions import data_flow, item_batcher, item_reader, result_writer
from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import CancelledError, StateError
from localcloud.engines.stepfunctions.parallel import items, selected
from localcloud.engines.stepfunctions.platform import ChildExecution, MapRun

CONCURRENCY = 64  # threads here; AWS runs up to 10,000 children at once


def distributed_map(branch: Branch, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    given = data_flow.given(branch, state, data)
    reader = state.get("ItemReader")
    found = item_reader.read(branch, reader, given) if reader else items(branch, state, given)
    chooser = branch.fork(branch.scope)
    chosen = [selected(chooser, state, given, index, value) for index, value in enumerate(found)]
    children = item_batcher.children(branch, state, given, chosen)
    run = branch.platform.start_map_run(state, children)
    branch.event("MapStateStarted", length=len(found))
    branch.event("MapRunStarted", mapRunArn=run.arn)
    failure = _run(branch, state, given, run, children)
    try:
        result = _result(branch, state, given, run, children)
    except StateError as error:
        failure, result = failure or error, None
    exported = len(found) if result_writer.exports(state) and result is not None else 0
    run.finish("FAILED" if failure else "SUCCEEDED", exported)
    if failure is not None:
        branch.event("MapRunFailed", error=failure.error, cause=failure.cause)
        branch.event("MapStateFailed")
        raise failure
    branch.event("MapRunSucceeded")
    branch.event("MapStateSucceeded")
    return data_flow.after(branch, state, data, result)


def _run(
    branch: Branch, state: dict[str, Any], given: Any, run: MapRun, children: list[ChildExecution]
) -> StateError | None:
    """Run the children; the failure when more items failed than are tolerated, which ends the rest."""
    tolerable = _tolerance(branch, state, given, sum(child.items for child in children))

    def job(child: ChildExecution) -> Callable[[CancelScope], None]:
        def run_child(scope: CancelScope) -> None:
            run.run_child(child, scope, branch.context)
            if child.status == "FAILED" and not tolerable(sum(c.items for c in children if c.status == "FAILED")):
                cause = "The specified tolerated failure threshold was exceeded"
                raise StateError("States.ExceedToleratedFailureThreshold", cause)

        return run_child

    limit = data_flow.number(branch, state, "MaxConcurrency", given, 0) or CONCURRENCY
    try:
        branch.scope.all([job(child) for child in children], min(limit, CONCURRENCY))
    except StateError as error:
        return error
    except CancelledError:
        run.finish("ABORTED", 0)
        raise
    return None


def _tolerance(branch: Branch, state: dict[str, Any], given: Any, total: int) -> Callable[[int], bool]:
    """Whether so many failed items are tolerated: by percentage and by number, where given, else none."""
    percentage = data_flow.number(branch, state, "ToleratedFailurePercentage", given)
    count = data_flow.number(branch, state, "ToleratedFailureCount", given)

    def tolerable(failed: int) -> bool:
        limits = [] if percentage is None else [failed * 100 <= percentage * total]
        limits += [] if count is None else [failed <= count]
        return all(limits) if limits else not failed

    return tolerable


def _result(branch: Branch, state: dict[str, Any], given: Any, run: MapRun, children: list[ChildExecution]) -> Any:
    if result_writer.exports(state):
        return result_writer.export(branch, state, given, run, children)
    return result_writer.results(state, children)
