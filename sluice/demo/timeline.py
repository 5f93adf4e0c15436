"""A job's timeline as bars: when each item waited, and when it was processed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sluice.demo.history import StateVisit

_WIDTH = 1000.0
_ROW = 7
_GAP = 2


@dataclass(frozen=True)
class Bar:
    """One rectangle in the units of the drawing; `kind` is its CSS class, `title` its tooltip."""

    kind: str
    x: float
    y: int
    width: float
    height: int
    title: str


@dataclass(frozen=True)
class Timeline:
    """The drawing of a job.

    Attributes:
        bars: The rectangles.
        height: Height of the drawing.
        end: Seconds that the drawing spans.
        elapsed: Seconds from the start of the Map to its end.
        work: Sum of the seconds that each item took.
    """

    bars: list[Bar]
    height: int
    end: float
    elapsed: float
    work: float


def draw_timeline(visits: Sequence[StateVisit], results: Sequence[dict[str, Any]]) -> Timeline:
    """Draw a job: Split at the top, a row for each item in the order of the request, then Reduce.

    Args:
        visits: The visits of the states.
        results: The result of each item, in the order of the request.
    """
    end = max(visit.end for visit in visits)
    items = sorted(
        (visit for visit in visits if visit.item is not None), key=lambda visit: (visit.item or 0, visit.start)
    )
    whole_map = next(visit for visit in visits if visit.state == "Map")
    rows: list[tuple[StateVisit, str]] = [(visit, "step") for visit in visits if visit.state == "Split"]
    rows += [(visit, _kind(results[visit.item or 0])) for visit in items]
    rows += [(visit, "step") for visit in visits if visit.state == "Reduce"]
    bars: list[Bar] = []
    for row, (visit, kind) in enumerate(rows):
        if visit.item is not None:
            bars.append(_bar("wait", whole_map.start, visit.start, row, end, f"item {visit.item} waits"))
        attempts = f", {visit.attempts} attempts" if visit.attempts > 1 else ""
        name = visit.state if visit.item is None else f"item {visit.item}, {visit.state}"
        title = f"{name}: {visit.end - visit.start:.2f} s{attempts}"
        bars.append(_bar(kind, visit.start, visit.end, row, end, title))
    return Timeline(
        bars,
        height=len(rows) * (_ROW + _GAP),
        end=end,
        elapsed=max(whole_map.end - whole_map.start, 0.001),
        work=sum(visit.end - visit.start for visit in items),
    )


def _kind(result: dict[str, Any]) -> str:
    return "predicted" if "labels" in result else "rejected"


def _bar(kind: str, start: float, end: float, row: int, total: float, title: str) -> Bar:
    scale = _WIDTH / total
    return Bar(kind, start * scale, row * (_ROW + _GAP), max((end - start) * scale, 1.0), _ROW, title)
