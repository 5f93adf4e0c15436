"""The output of `sluice cost`."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from sluice.commands.console import escape_cells, new_table
from sluice.cost.formatting import format_cheaper_range, format_count, format_dollars, format_milliseconds


def render_costs(result: Mapping[str, Any], way: str) -> Iterator[RenderableType]:
    """Yield tables of costs: for images, for a month, and for alternatives.

    Args:
        result: The result of `sluice.cost.comparison.compare_costs`.
        way: "queue" or "job".
    """
    usages = result["usage"]
    title = f"{format_count(result['images'])} images, {'posted as lists' if way == 'job' else 'from queue to queue'}"
    columns = [
        f"{name} ({format_milliseconds(usage['seconds'])}, {usage['memory']:,} MB)" for name, usage in usages.items()
    ]
    yield _line_table(title, columns, [result[way][name] for name in usages])
    yield ""
    yield _line_table("Fixed monthly cost", [""], [result["month"]])
    yield ""
    yield _alternative_table(result)
    yield ""
    prices = result["prices"]
    yield (
        f"List prices of {prices['region']} on {prices['date']} (sluice/cost/prices.toml): check the ones that matter "
        f"to you. Alternatives compute for the same seconds, on machines that are busy {result['utilization']:.0%} of "
        "the time; docs/costs.md explains the method."
    )


def _alternative_table(result: Mapping[str, Any]) -> Table:
    usages = result["usage"]
    images = format_count(result["monthly"])
    title = f"Compute for {images} images a month, and the volume at which the alternative is cheaper"
    alternatives = new_table("", *(f"{name}{suffix}" for name in usages for suffix in ("", " cheaper")), title=title)
    _align_right(alternatives)
    own = (cell for name in usages for cell in (format_dollars(result["sluice"][name]), ""))
    alternatives.add_row(*escape_cells("Sluice's Lambda", *own))
    for other in result["alternatives"]:
        months, ranges = other["month"], other["cheaper"]
        pairs = ((format_dollars(months[name]), format_cheaper_range(ranges[name])) for name in usages)
        alternatives.add_row(*escape_cells(other["name"], *(cell for pair in pairs for cell in pair)))
    return alternatives


def _line_table(title: str, columns: list[str], lines: list[Mapping[str, float]]) -> Table:
    costs = new_table("", *columns, title=title)
    _align_right(costs)
    for item in lines[0]:
        costs.add_row(*escape_cells(item, *(format_dollars(line[item]) for line in lines)))
    return costs


def _align_right(costs: Table) -> None:
    for column in costs.columns[1:]:
        column.justify = "right"
