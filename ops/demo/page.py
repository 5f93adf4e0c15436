"""The demonstration's results as one self-contained page."""

from base64 import b64encode
from statistics import quantiles

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ops.demo.inputs import Input
from ops.demo.ledger import Ledger
from ops.stack import PROJECT

_TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "ops" / "demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.filters["data_uri"] = lambda png: "data:image/png;base64," + b64encode(png).decode()


def render(ledger: Ledger, summary: dict[str, int | float], model: str) -> str:
    """The page: account and timings on top, then each bad input beside its refusal, each image beside its labels."""
    return _TEMPLATES.get_template("page.html").render(
        ledger=ledger,
        digits=sorted(ledger.digits, key=lambda sent: _certainty(ledger, sent)),
        summary=summary,
        model=model,
        rate=ledger.settled / ledger.seconds,
        milliseconds=_milliseconds(ledger.image_seconds()),
    )


def _certainty(ledger: Ledger, sent: Input) -> tuple[bool, float]:
    """Sorts mistakes first, then the least certain."""
    labels = ledger.labels(sent)
    return ledger.right(sent), labels[0]["score"] if labels else 0.0


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    cuts = quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    return {"median": 1000 * cuts[9], "p95": 1000 * cuts[18]}
