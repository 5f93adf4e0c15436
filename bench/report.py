"""Reports of a run: docs/benchmarks.md, and the targets for a terminal."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sluice.templates import load_templates

NAMES = {
    "reference": "Reference",
    "saved_model": "TensorFlow, SavedModel",
    "litert": "Sluice, LiteRT",
    "litert-fast": "Sluice, LiteRT, fast decoding",
    "tensorflow": "Sluice, TensorFlow",
    "onnx": "ONNX Runtime in Sluice's handler",
    "lit_server": "LitServe, LiteRT",
    "raw_litert": "LiteRT interpreter alone",
    "sgemm": "Matrix products alone",
    "build": "Build",
}
_OUTCOMES = {True: "[green]met[/]", False: "[red]missed[/]", None: "[dim]not measured[/]"}


def render_page(content: dict[str, Any]) -> str:
    """Render docs/benchmarks.md for the content of bench.json."""
    return _TEMPLATES.get_template("benchmarks.md").render(run=content, rows=_Rows(content), names=NAMES)


def print_targets(content: dict[str, Any], console: Console) -> None:
    """Print each target with its figure and whether it was met."""
    table = Table("", "target", "result", "CPU time", "", box=None, pad_edge=False)
    for column in table.columns[1:4]:
        column.justify = "right"
    for target in content["targets"]:
        figures = [
            "" if target[key] is None else f"{target[key]:,.3g}" if target[key] < 1000 else f"{target[key]:,.0f}"
            for key in ("figure", "cpu_figure")
        ]
        table.add_row(target["title"], target["limit"], *figures, _OUTCOMES[target["met"]])
    console.print(table)


class _Rows:
    """Rows of the summary, selected by their fields."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._rows: list[dict[str, Any]] = content["summary"]

    def select(self, stage: str, **values: object) -> list[dict[str, Any]]:
        values["stage"] = stage
        return [row for row in self._rows if all(row[name] == value for name, value in values.items())]

    def networks(self, stage: str) -> list[str]:
        return list(dict.fromkeys(row["network"] for row in self.select(stage)))


def _figure(value: float | None) -> str:
    """Format a number with three significant digits, or as an integer with thousands separators."""
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _span(spread: dict[str, Any], factor: float = 1.0) -> str:
    """Format a spread as median (minimum to maximum)."""
    median, least, greatest = (_figure(spread[name] * factor) for name in ("median", "least", "greatest"))
    return f"{median} ({least} to {greatest})" if spread["count"] > 1 else median


def _rate(spread: dict[str, Any]) -> str:
    """Format seconds per image as images per second."""
    rate = {"median": 1 / spread["median"], "least": 1 / spread["greatest"], "greatest": 1 / spread["least"]}
    return _span({**rate, "count": spread["count"]})


_TEMPLATES = load_templates(Path(__file__).parent / "pages", figure=_figure, span=_span, rate=_rate)
