"""Visits of states from a history, and the timeline of a job."""

from datetime import UTC, datetime
from typing import Any

from sluice.demo.history import StateVisit, list_visits
from sluice.demo.timeline import draw_timeline

START = 1_800_000_000


def event(id_: int, before: int, seconds: float, kind: str, **details: Any) -> dict[str, Any]:
    time = datetime.fromtimestamp(START + seconds, UTC)
    return {"id": id_, "previousEventId": before, "timestamp": time, "type": kind} | details


def entered(id_: int, before: int, seconds: float, kind: str, name: str) -> dict[str, Any]:
    return event(id_, before, seconds, f"{kind}StateEntered", stateEnteredEventDetails={"name": name})


def exited(id_: int, before: int, seconds: float, kind: str, name: str) -> dict[str, Any]:
    return event(id_, before, seconds, f"{kind}StateExited", stateExitedEventDetails={"name": name})


HISTORY = [
    event(1, 0, 0.0, "ExecutionStarted"),
    entered(2, 1, 0.1, "Map", "Map"),
    event(3, 2, 0.1, "MapStateStarted"),
    event(4, 3, 0.2, "MapIterationStarted", mapIterationStartedEventDetails={"name": "Map", "index": 0}),
    entered(5, 4, 0.2, "Task", "Classify"),
    event(6, 3, 0.3, "MapIterationStarted", mapIterationStartedEventDetails={"name": "Map", "index": 1}),
    entered(7, 6, 0.3, "Task", "Classify"),
    event(8, 5, 0.3, "LambdaFunctionScheduled"),
    event(9, 8, 0.4, "LambdaFunctionFailed"),
    event(10, 9, 0.6, "LambdaFunctionScheduled"),
    exited(11, 10, 0.9, "Task", "Classify"),
    exited(12, 7, 0.5, "Task", "Classify"),
    exited(13, 11, 1.0, "Map", "Map"),
]


def rounded(visit: StateVisit) -> tuple[str, int | None, float, float, int]:
    return visit.state, visit.item, round(visit.start, 3), round(visit.end, 3), visit.attempts


def test_list_visits_assigns_each_visit_to_its_item() -> None:
    assert [rounded(visit) for visit in list_visits(HISTORY)] == [
        ("Classify", 0, 0.2, 0.9, 2),
        ("Classify", 1, 0.3, 0.5, 0),
        ("Map", None, 0.1, 1.0, 0),
    ]


def test_timeline_separates_waiting_from_work() -> None:
    timeline = draw_timeline(list_visits(HISTORY), [{"labels": []}, {"rejection": {}}])
    assert [(bar.kind, round(bar.x), round(bar.width)) for bar in timeline.bars] == [
        ("wait", 100, 100),
        ("predicted", 200, 700),
        ("wait", 100, 200),
        ("rejected", 300, 200),
    ]
    assert round(timeline.work, 3) == 0.9
    assert round(timeline.elapsed, 3) == 0.9
    assert "2 attempts" in timeline.bars[1].title
