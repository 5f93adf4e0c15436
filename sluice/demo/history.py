"""When a job's execution was in which state: spans of time from its history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True)
class Span:
    """One visit of a state: its name, the item of the Map that it served (or None), seconds since the job began."""

    state: str
    item: int | None
    start: float
    end: float
    tries: int


def events(machine: str, job: str) -> Iterator[dict[str, Any]]:
    """The history of the execution that a job of the state machine `machine` (its ARN) is, oldest first."""
    execution = machine.replace(":stateMachine:", ":execution:") + f":{job}"
    pages = boto3.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return (event for page in pages for event in page["events"])


def spans(events: Iterable[dict[str, Any]]) -> list[Span]:
    """The visits in the order in which they ended; `events` as GetExecutionHistory gives them, oldest first."""
    ended: list[Span] = []
    items: dict[int, int | None] = {}
    entered: dict[tuple[str, int | None], float] = {}
    tries: dict[int | None, int] = {}
    began: float | None = None
    for event in events:
        time = event["timestamp"].timestamp()
        began = time if began is None else began
        iteration = event.get("mapIterationStartedEventDetails")
        item = iteration["index"] if iteration else items.get(event.get("previousEventId", 0))
        items[event["id"]] = item
        if event["type"].endswith("StateEntered"):
            entered[event["stateEnteredEventDetails"]["name"], item] = time - began
            tries[item] = 0
        elif event["type"].endswith("FunctionScheduled"):
            tries[item] += 1
        elif event["type"].endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            item = None if event["type"] == "MapStateExited" else item
            ended.append(Span(name, item, entered[name, item], time - began, tries.get(item, 0)))
    return ended
