"""The results of the demonstration as self-contained HTML pages: one for the pipeline, one for the job."""

import json
from base64 import b64encode
from pathlib import Path
from statistics import quantiles
from typing import Any

from sluice.demo.accounting import Accounting
from sluice.demo.inputs import Input
from sluice.demo.job import Job
from sluice.demo.timeline import draw_timeline
from sluice.project import terraform_root
from sluice.templates import load_templates

_TEMPLATES = load_templates(
    Path(__file__).parent / "pages", data_uri=lambda png: "data:image/png;base64," + b64encode(png).decode()
)


def render_pipeline(accounting: Accounting, summary: dict[str, int | float], model: str) -> str:
    """Return the page of the pipeline: counts and times, bad inputs with their rejections, images with their labels.

    Args:
        accounting: The inputs and their results.
        summary: The summary of the accounting.
        model: The model's version.
    """
    return _TEMPLATES.get_template("index.html").render(
        accounting=accounting,
        digits=sorted(accounting.digits, key=lambda item: _certainty(accounting, item)),
        summary=summary,
        model=model,
        rate=accounting.finished / accounting.seconds,
        milliseconds=_summarize_milliseconds(accounting.image_seconds()),
    )


def render_job(job: Job) -> str:
    """Return the page of the job: the state machine, its timeline, and each URL with its result."""
    return _TEMPLATES.get_template("job.html").render(
        summary=job.summarize(),
        states=_list_states(json.loads((terraform_root() / "workflow.asl.json").read_text())),
        timeline=draw_timeline(job.visits, job.results),
        pairs=list(zip(job.inputs, job.results, strict=True)),
    )


def _list_states(machine: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the states of the definition's main path in order, without Pass states."""
    states, name = [], machine["StartAt"]
    while name:
        state = machine["States"][name]
        if state["Type"] != "Pass":
            states.append(
                {
                    "name": name,
                    "retries": "Retry" in state,
                    "fallback": next((catcher["Next"] for catcher in state.get("Catch", [])), None),
                    "inner": _list_states(state["ItemProcessor"]) if "ItemProcessor" in state else [],
                }
            )
        name = state.get("Next")
    return states


def _certainty(accounting: Accounting, item: Input) -> tuple[bool, float]:
    """Return a sort key: errors first, then the least certain predictions."""
    labels = accounting.labels(item)
    return accounting.is_correct(item), labels[0]["score"] if labels else 0.0


def _summarize_milliseconds(seconds: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile in milliseconds."""
    cuts = quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    return {"median": 1000 * cuts[9], "p95": 1000 * cuts[18]}
