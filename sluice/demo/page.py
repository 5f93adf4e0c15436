"""The demonstration's results as self-contained pages: one for each journey."""

import json
from base64 import b64encode
from pathlib import Path
from statistics import quantiles
from typing import Any

from sluice.demo.chart import chart
from sluice.demo.inputs import Input
from sluice.demo.job import Job
from sluice.demo.ledger import Ledger
from sluice.project import terraform_root
from sluice.templates import load_templates

_TEMPLATES = load_templates(
    Path(__file__).parent / "pages", data_uri=lambda png: "data:image/png;base64," + b64encode(png).decode()
)


def pipeline(ledger: Ledger, summary: dict[str, int | float], model: str) -> str:
    """The page: account and timings on top, then each bad input beside its refusal, each image beside its labels."""
    return _TEMPLATES.get_template("index.html").render(
        ledger=ledger,
        digits=sorted(ledger.digits, key=lambda sent: _certainty(ledger, sent)),
        summary=summary,
        model=model,
        rate=ledger.settled / ledger.seconds,
        milliseconds=_milliseconds(ledger.image_seconds()),
    )


def job(ended: Job) -> str:
    """The page of the job: the state machine, the time line, and each address beside its answer."""
    return _TEMPLATES.get_template("job.html").render(
        summary=ended.summary(),
        states=_states(json.loads((terraform_root() / "workflow.asl.json").read_text())),
        chart=chart(ended.spans, ended.results),
        pairs=list(zip(ended.asked, ended.results, strict=True)),
    )


def _states(machine: dict[str, Any]) -> list[dict[str, Any]]:
    """The states that do something, in the order of the definition's main path."""
    found, name = [], machine["StartAt"]
    while name:
        state = machine["States"][name]
        if state["Type"] != "Pass":
            found.append(
                {
                    "name": name,
                    "retries": "Retry" in state,
                    "instead": next((way["Next"] for way in state.get("Catch", [])), None),
                    "inner": _states(state["ItemProcessor"]) if "ItemProcessor" in state else [],
                }
            )
        name = state.get("Next")
    return found


def _certainty(ledger: Ledger, sent: Input) -> tuple[bool, float]:
    """Sorts mistakes first, then the least certain."""
    labels = ledger.labels(sent)
    return ledger.right(sent), labels[0]["score"] if labels else 0.0


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    cuts = quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    return {"median": 1000 * cuts[9], "p95": 1000 * cuts[18]}
