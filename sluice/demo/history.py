"""The history of a job's execution, as visits of the state machine's states."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True)
class StateVisit:
    """One visit of a state.

    Attributes:
        state: The state's name.
        item: Index of the Map's item that the visit was for; None outside the Map.
        start: Seconds from the start of the execution.
        end: Seconds from the start of the execution.
        attempts: Number of calls of the function.
    """

    state: str
    item: int | None
    start: float
    end: float
    attempts: int


def list_events(state_machine: str, job: str) -> Iterator[dict[str, Any]]:
    """Return the events of a job's execution, the oldest first.

    Args:
        state_machine: ARN of the state machine.
        job: Id of the job, which is the execution's name.
    """
    execution = state_machine.replace(":stateMachine:", ":execution:") + f":{job}"
    pages = boto3.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return (event for page in pages for event in page["events"])


def list_visits(events: Iterable[dict[str, Any]]) -> list[StateVisit]:
    """Return the visits in the order in which they ended.

    Args:
        events: Events of GetExecutionHistory, the oldest first.
    """
    visits: list[StateVisit] = []
    items: dict[int, int | None] = {}
    entered: dict[tuple[str, int | None], float] = {}
    attempts: dict[int | None, int] = {}
    start: float | None = None
    for event in events:
        time = event["timestamp"].timestamp()
        start = time if start is None else start
        iteration = event.get("mapIterationStartedEventDetails")
        item = iteration["index"] if iteration else items.get(event.get("previousEventId", 0))
        items[event["id"]] = item
        if event["type"].endswith("StateEntered"):
            entered[event["stateEnteredEventDetails"]["name"], item] = time - start
            attempts[item] = 0
        elif event["type"].endswith("FunctionScheduled"):
            attempts[item] += 1
        elif event["type"].endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            item = None if event["type"] == "MapStateExited" else item
            visits.append(StateVisit(name, item, entered[name, item], time - start, attempts.get(item, 0)))
    return visits
