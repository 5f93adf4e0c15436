"""docs/benchmarks.md: a run told for people."""

from pathlib import Path
from typing import Any

from sluice.templates import load_templates

NAMES = {
    "reference": "the reference's way",
    "saved_model": "TensorFlow, SavedModel",
    "litert": "Sluice, LiteRT",
    "litert-fast": "Sluice, LiteRT, fast decoding",
    "tensorflow": "Sluice, TensorFlow",
    "onnx": "ONNX Runtime in Sluice's handler",
    "lit_server": "LitServe, LiteRT",
    "raw_litert": "the interpreter alone",
    "sgemm": "matrix products alone",
    "build": "the build",
}


def page(content: dict[str, Any]) -> str:
    """The page of a document of bench.document."""
    return _TEMPLATES.get_template("benchmarks.md").render(run=content, rows=_Rows(content), names=NAMES)


class _Rows:
    """The summary's rows by what they are about."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._rows: list[dict[str, Any]] = content["summary"]

    def of(self, stage: str, **wanted: object) -> list[dict[str, Any]]:
        wanted["stage"] = stage
        return [row for row in self._rows if all(row[name] == value for name, value in wanted.items())]

    def networks(self, stage: str) -> list[str]:
        return list(dict.fromkeys(row["network"] for row in self.of(stage)))


def _figure(value: float | None) -> str:
    """Three digits that matter, whole numbers with thousands."""
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _span(found: dict[str, Any], factor: float = 1.0) -> str:
    """Median, with the least and greatest behind it."""
    median, least, greatest = (_figure(found[name] * factor) for name in ("median", "least", "greatest"))
    return f"{median} ({least} to {greatest})" if found["count"] > 1 else median


def _rate(found: dict[str, Any]) -> str:
    """Images a second of seconds an image."""
    turned = {"median": 1 / found["median"], "least": 1 / found["greatest"], "greatest": 1 / found["least"]}
    return _span({**turned, "count": found["count"]})


_TEMPLATES = load_templates(Path(__file__).parent / "pages", figure=_figure, span=_span, rate=_rate)
