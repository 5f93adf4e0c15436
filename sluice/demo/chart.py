"""A job's time line as bars: when each item waited, and when it was worked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sluice.demo.history import Span

_WIDTH = 1000.0
_ROW = 7
_GAP = 2


@dataclass(frozen=True)
class Bar:
    """One rectangle of the chart, in its own units, and what a pointer on it is told."""

    kind: str
    x: float
    y: int
    width: float
    height: int
    title: str


@dataclass(frozen=True)
class Chart:
    """The bars, the chart's height, the seconds that it spans, and the seconds that all items took together."""

    bars: list[Bar]
    height: int
    end: float
    span: float
    work: float


def chart(spans: Sequence[Span], results: Sequence[dict[str, Any]]) -> Chart:
    """Split on top, then a row for each item in the order of the request, then Reduce."""
    end = max(span.end for span in spans)
    items = sorted((span for span in spans if span.item is not None), key=lambda span: (span.item or 0, span.start))
    mapped = next(span for span in spans if span.state == "Map")
    rows: list[tuple[Span, str]] = [(span, "step") for span in spans if span.state == "Split"]
    rows += [(span, _kind(results[span.item or 0])) for span in items]
    rows += [(span, "step") for span in spans if span.state == "Reduce"]
    bars: list[Bar] = []
    for row, (span, kind) in enumerate(rows):
        if span.item is not None:
            bars.append(_bar("wait", mapped.start, span.start, row, end, f"item {span.item} waits"))
        again = f", {span.tries} tries" if span.tries > 1 else ""
        name = span.state if span.item is None else f"item {span.item}, {span.state}"
        bars.append(_bar(kind, span.start, span.end, row, end, f"{name}: {span.end - span.start:.2f} s{again}"))
    return Chart(
        bars,
        height=len(rows) * (_ROW + _GAP),
        end=end,
        span=max(mapped.end - mapped.start, 0.001),
        work=sum(span.end - span.start for span in items),
    )


def _kind(result: dict[str, Any]) -> str:
    return "labelled" if "labels" in result else "refused"


def _bar(kind: str, start: float, end: float, row: int, whole: float, title: str) -> Bar:
    scale = _WIDTH / whole
    return Bar(kind, start * scale, row * (_ROW + _GAP), max((end - start) * scale, 1.0), _ROW, title)
