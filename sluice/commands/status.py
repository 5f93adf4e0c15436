"""`sluice status`: show the status of an environment on one page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from sluice.commands.console import Env, Json, escape_cells, new_table, parse_duration_option, show
from sluice.durations import format_duration
from sluice.environment import Environment
from sluice.status.accounting import Accounting
from sluice.status.report import StatusReport, read_status

_MAX_SINCE = timedelta(days=455)  # CloudWatch deletes older metrics


def _parse_since(text: str) -> timedelta:
    since = timedelta(seconds=parse_duration_option(text))
    if not timedelta(0) < since <= _MAX_SINCE:
        raise typer.BadParameter(
            f'Invalid duration "{text}": CloudWatch keeps metrics for {_MAX_SINCE.days} days, so use up to 455d.'
        )
    return since


def _check_since(text: str) -> str:
    _parse_since(text)
    return text


Since = Annotated[
    str,
    typer.Option(callback=_check_since, metavar="AGE", help="Time span of the accounting, for example 2h or 7d."),
]


def status(since: Since = "1d", env: Env = "local", as_json: Json = False) -> None:
    """Show queues, dead letters, active alarms, the model in use, and the accounting of tasks.

    The accounting: sent = predicted + rejected + dead + in flight. A replayed dead letter counts as sent once, a
    dropped one as dead, and every message in the images queue as in flight.
    """
    report = read_status(Environment.open(env), _parse_since(since))
    show(report.as_dict(), as_json, *render_status(report))


def render_status(report: StatusReport) -> Iterator[RenderableType]:
    """Yield the parts of the page: queues, alarms, model, accounting."""
    yield _queue_table(report)
    yield ""
    yield _alarm_table(report)
    yield ""
    versions = ", ".join(f"version {version} with {weight:.0%}" for version, weight in report.versions.items())
    yield f"Model: {report.model[:40]} (worker: {versions})"
    yield ""
    yield from _render_accounting(report.accounting)


def _queue_table(report: StatusReport) -> Table:
    queues = new_table("Queue", "Waiting", "Received", "Delayed", "Oldest")
    for name, queue in report.queues.items():
        age = None if queue.oldest_seconds is None else format_duration(queue.oldest_seconds)
        counts = (f"{count:,}" for count in (queue.visible, queue.received, queue.delayed))
        queues.add_row(*escape_cells(name.replace("_", " "), *counts, age))
    return queues


def _alarm_table(report: StatusReport) -> RenderableType:
    if not report.alarms:
        return "No alarm is active."
    alarms = new_table("Alarm", "Since", "Reason (docs/runbook.md says what to do)")
    for alarm in report.alarms:
        alarms.add_row(*escape_cells(alarm.name, alarm.since and f"{alarm.since:%Y-%m-%d %H:%M}", alarm.reason))
    return alarms


def _render_accounting(accounting: Accounting) -> Iterator[RenderableType]:
    terms = {name: accounting.as_dict()[name] for name in ("sent", "predicted", "rejected", "dead", "in_flight")}
    counts = new_table(*(name.replace("_", " ") for name in terms))
    counts.add_row(*(f"{count:,}" for count in terms.values()))
    yield counts
    if accounting.replayed or accounting.dropped:
        yield (
            f"Replayed dead letters, which are counted as sent once: {accounting.replayed:,}. Dropped dead letters, "
            f"which are counted as dead: {accounting.dropped:,}."
        )
    if accounting.missing == 0:
        yield "All tasks are accounted for: finished or in progress."
        return
    count = "1 task" if abs(accounting.missing) == 1 else f"{abs(accounting.missing):,} tasks"
    yield f"{count} more {'sent than ended' if accounting.missing > 0 else 'ended than sent'}. Possible reasons:"
    yield from (f"  - {reason}" for reason in accounting.possible_reasons)
