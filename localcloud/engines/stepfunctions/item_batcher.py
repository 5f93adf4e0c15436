"""ItemBatcher: several items of a Distributed Map to one child execution, as many as its limits allow."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.payload import MAX_PAYLOAD_BYTES, json_size
from localcloud.engines.stepfunctions.platform import ChildExecution

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch


def children(branch: "Branch", state: dict[str, Any], given: Any, items: list[Any]) -> list[ChildExecution]:
    """The child executions to run: one an item, or one a batch {"BatchInput": ..., "Items": [...]}."""
    if "ItemBatcher" not in state:
        return [ChildExecution(item, 1) for item in items]
    batcher = state["ItemBatcher"]
    shared = {}
    if "BatchInput" in batcher:
        shared = {"BatchInput": branch.resolver(given).fill(batcher["BatchInput"])}
    count = data_flow.number(branch, batcher, "MaxItemsPerBatch", given) or len(items)
    most = data_flow.number(branch, batcher, "MaxInputBytesPerBatch", given) or MAX_PAYLOAD_BYTES
    room = most - json_size({**shared, "Items": []})
    return [ChildExecution({**shared, "Items": batch}, len(batch)) for batch in _batches(items, count, room)]


def _batches(items: list[Any], count: int, room: int) -> Iterator[list[Any]]:
    """Lists of at most `count` items and `room` bytes; an item that is larger goes alone."""
    batch: list[Any] = []
    used = 0
    for item in items:
        needed = json_size(item) + 1  # the comma
        if batch and (len(batch) == count or used + needed > room):
            yield batch
            batch, used = [], 0
        batch.append(item)
        used += needed
    if batch:
        yield batch
