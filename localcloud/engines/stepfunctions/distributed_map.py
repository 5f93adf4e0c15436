"""Map in distributed mode: reads items, batches them, runs child executions and tolerates a number of failures."""

from collections.abc import Callable, Iterator
from typing import Any

from localcloud.engines.stepfunctions import data_flow, item_reader, result_writer
from localcloud.engines.stepfunctions.branch import Branch, StateResult
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import CancelledError, StateError
from localcloud.engines.stepfunctions.parallel import get_items, select_item
from localcloud.engines.stepfunctions.payload import MAX_PAYLOAD_BYTES, json_size
from localcloud.engines.stepfunctions.platform import ChildExecution, MapRun

MAX_CONCURRENCY = 64  # threads of this process; AWS runs up to 10,000 child executions at the same time


def run_distributed_map(branch: Branch, state: dict[str, Any], data: Any) -> StateResult:
    """Run a Map state in distributed mode."""
    selected = data_flow.apply_input_path(branch, state, data)
    reader = state.get("ItemReader")
    items = item_reader.read_items(branch, reader, selected) if reader else get_items(branch, state, selected)
    selector = branch.fork(branch.scope)
    inputs = [select_item(selector, state, selected, index, value) for index, value in enumerate(items)]
    children = _create_children(branch, state, selected, inputs)
    run = branch.platform.start_map_run(state, children)
    branch.add_event("MapStateStarted", length=len(items))
    branch.add_event("MapRunStarted", mapRunArn=run.arn)
    failure = _run_children(branch, state, selected, run, children)
    try:
        result = _collect_result(branch, state, selected, run, children)
    except StateError as error:
        failure, result = failure or error, None
    written = len(items) if result_writer.is_exporting(state) and result is not None else 0
    run.finish("FAILED" if failure else "SUCCEEDED", written)
    if failure is not None:
        branch.add_event("MapRunFailed", error=failure.error, cause=failure.cause)
        branch.add_event("MapStateFailed")
        raise failure
    branch.add_event("MapRunSucceeded")
    branch.add_event("MapStateSucceeded")
    return data_flow.apply_result(branch, state, data, result)


def _create_children(branch: Branch, state: dict[str, Any], data: Any, items: list[Any]) -> list[ChildExecution]:
    """Create one child execution per item, or with ItemBatcher per batch {"BatchInput": ..., "Items": [...]}."""
    if "ItemBatcher" not in state:
        return [ChildExecution(item, 1) for item in items]
    batcher = state["ItemBatcher"]
    shared = {}
    if "BatchInput" in batcher:
        shared = {"BatchInput": branch.create_resolver(data).fill(batcher["BatchInput"])}
    count = data_flow.get_field(branch, batcher, "MaxItemsPerBatch", data) or len(items)
    max_bytes = data_flow.get_field(branch, batcher, "MaxInputBytesPerBatch", data) or MAX_PAYLOAD_BYTES
    available = max_bytes - json_size({**shared, "Items": []})
    batches = _split_batches(items, count, available)
    return [ChildExecution({**shared, "Items": batch}, len(batch)) for batch in batches]


def _split_batches(items: list[Any], count: int, available: int) -> Iterator[list[Any]]:
    """Yield lists of at most `count` items and `available` bytes; a larger item gets a batch of its own."""
    batch: list[Any] = []
    used = 0
    for item in items:
        needed = json_size(item) + 1  # the comma
        if batch and (len(batch) == count or used + needed > available):
            yield batch
            batch, used = [], 0
        batch.append(item)
        used += needed
    if batch:
        yield batch


def _run_children(
    branch: Branch, state: dict[str, Any], data: Any, run: MapRun, children: list[ChildExecution]
) -> StateError | None:
    """Run the children; return an error if more items failed than are tolerated, which cancels the others."""
    is_tolerable = _create_tolerance(branch, state, data, sum(child.items for child in children))

    def create_job(child: ChildExecution) -> Callable[[CancelScope], None]:
        def run_child(scope: CancelScope) -> None:
            run.run_child(child, scope, branch.context)
            if child.status == "FAILED" and not is_tolerable(sum(c.items for c in children if c.status == "FAILED")):
                cause = "The specified tolerated failure threshold was exceeded"
                raise StateError("States.ExceedToleratedFailureThreshold", cause)

        return run_child

    limit = data_flow.get_field(branch, state, "MaxConcurrency", data, 0) or MAX_CONCURRENCY
    try:
        branch.scope.run_all([create_job(child) for child in children], min(limit, MAX_CONCURRENCY))
    except StateError as error:
        return error
    except CancelledError:
        run.finish("ABORTED", 0)
        raise
    return None


def _create_tolerance(branch: Branch, state: dict[str, Any], data: Any, total: int) -> Callable[[int], bool]:
    """Create a test of whether a number of failed items is tolerated; without limits, none is."""
    percentage = data_flow.get_field(branch, state, "ToleratedFailurePercentage", data)
    count = data_flow.get_field(branch, state, "ToleratedFailureCount", data)

    def is_tolerable(failed: int) -> bool:
        limits = [] if percentage is None else [failed * 100 <= percentage * total]
        limits += [] if count is None else [failed <= count]
        return all(limits) if limits else not failed

    return is_tolerable


def _collect_result(
    branch: Branch, state: dict[str, Any], data: Any, run: MapRun, children: list[ChildExecution]
) -> Any:
    if result_writer.is_exporting(state):
        return result_writer.export_results(branch, state, data, run, children)
    return result_writer.collect_outputs(state, children)
