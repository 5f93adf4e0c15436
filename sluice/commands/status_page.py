"""What `sluice status` found, as one page for a terminal."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table

from sluice.commands.console import row, table
from sluice.status.alarms import Alarm
from sluice.status.ledger import Ledger
from sluice.status.queues import Queue

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def page(
    queues: Mapping[str, Queue], alarms: Sequence[Alarm], model: str, shares: Mapping[str, float], ledger: Ledger
) -> Iterator[RenderableType]:
    """The parts, in the order in which one wants to know."""
    yield _queues(queues)
    yield ""
    yield _alarms(alarms)
    yield ""
    versions = ", ".join(f"version {version} with {share:.0%}" for version, share in shares.items())
    yield f"Model: {model[:40]} (worker: {versions})"
    yield ""
    yield from _ledger(ledger)


def ago(seconds: float | None) -> str | None:
    """A time in its largest whole unit, such as 3 h."""
    if seconds is None:
        return None
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size or size == 1)
    return f"{seconds // size:.0f} {unit}"


def _queues(queues: Mapping[str, Queue]) -> Table:
    shown = table("Queue", "Waiting", "In flight", "Delayed", "Oldest")
    for name, queue in queues.items():
        age = ago(queue.oldest_seconds)
        shown.add_row(
            *row(name.replace("_", " "), f"{queue.visible:,}", f"{queue.in_flight:,}", f"{queue.delayed:,}", age)
        )
    return shown


def _alarms(alarms: Sequence[Alarm]) -> RenderableType:
    if not alarms:
        return "No alarm is on."
    shown = table("Alarm", "Since", "Why (docs/runbook.md tells what to do)")
    for alarm in alarms:
        shown.add_row(*row(alarm.name, alarm.since and f"{alarm.since:%Y-%m-%d %H:%M}", alarm.reason))
    return shown


def _ledger(ledger: Ledger) -> Iterator[RenderableType]:
    counts = {name: count for name, count in ledger.as_dict().items() if name != "missing"}
    shown = table(*(name.replace("_", " ") for name in counts))
    shown.add_row(*(f"{count:,}" for count in counts.values()))
    yield shown
    if ledger.missing == 0:
        yield "The ledger is balanced: every task that was sent has its end, or is on its way."
        return
    one = "1 task" if abs(ledger.missing) == 1 else f"{abs(ledger.missing):,} tasks"
    yield f"{one} more {'sent than ended' if ledger.missing > 0 else 'ended than sent'}. It may be that"
    yield from (f"  - {reason}" for reason in ledger.reasons)
