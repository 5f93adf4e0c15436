"""A history becomes spans, and spans a chart."""

from datetime import UTC, datetime
from typing import Any

from sluice.demo.chart import chart
from sluice.demo.history import Span, spans

BEGAN = 1_800_000_000


def event(id_: int, before: int, seconds: float, kind: str, **details: Any) -> dict[str, Any]:
    time = datetime.fromtimestamp(BEGAN + seconds, UTC)
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


def rounded(span: Span) -> tuple[str, int | None, float, float, int]:
    return span.state, span.item, round(span.start, 3), round(span.end, 3), span.tries


def test_each_visit_of_a_state_is_a_span_of_its_item() -> None:
    assert [rounded(span) for span in spans(HISTORY)] == [
        ("Classify", 0, 0.2, 0.9, 2),
        ("Classify", 1, 0.3, 0.5, 0),
        ("Map", None, 0.1, 1.0, 0),
    ]


def test_the_chart_tells_waiting_from_work() -> None:
    drawn = chart(spans(HISTORY), [{"labels": []}, {"rejection": {}}])
    assert [(bar.kind, round(bar.x), round(bar.width)) for bar in drawn.bars] == [
        ("wait", 100, 100),
        ("labelled", 200, 700),
        ("wait", 100, 200),
        ("refused", 300, 200),
    ]
    assert round(drawn.work, 3) == 0.9
    assert round(drawn.span, 3) == 0.9
    assert "2 tries" in drawn.bars[1].title
