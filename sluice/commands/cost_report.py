"""How `sluice cost` tells what it found."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from sluice.commands.console import row, table
from sluice.cost.words import cheaper, dollars, many, seconds


def parts(found: Mapping[str, Any], way: str) -> Iterator[RenderableType]:
    """Tables of what `sluice.cost.comparison` found: for images, for a month, for other ways."""
    usages = found["usage"]
    title = f"{many(found['images'])} images, {'posted as lists' if way == 'job' else 'from queue to queue'}"
    columns = [f"{name} ({seconds(each['seconds'])}, {each['memory']:,} MB)" for name, each in usages.items()]
    yield _lines(title, columns, [found[way][name] for name in usages])
    yield ""
    yield _lines("A month of this environment, whatever it does", [""], [found["month"]])
    yield ""
    others = table("", *(f"{name}{word}" for name in usages for word in ("", " cheaper")), title=_other_title(found))
    _right(others)
    others.add_row(*row("Sluice's Lambda", *(cell for name in usages for cell in (dollars(found["sluice"][name]), ""))))
    for other in found["alternatives"]:
        cells = ((dollars(other["month"][name]), cheaper(other["cheaper"][name])) for name in usages)
        others.add_row(*row(other["name"], *(cell for pair in cells for cell in pair)))
    yield others
    yield ""
    listed = found["prices"]
    yield (
        f"List prices of {listed['region']}, written down on {listed['date']} (sluice/cost/prices.toml): check "
        f"those that matter. Other ways compute for the same seconds, machines busy {found['utilisation']:.0%} "
        "of the time; docs/costs.md says how all this is reckoned."
    )


def _other_title(found: Mapping[str, Any]) -> str:
    return f"Computing {many(found['monthly'])} images a month, and how many a month make another way cheaper"


def _lines(title: str, columns: list[str], lines: list[Mapping[str, float]]) -> Table:
    listed = table("", *columns, title=title)
    _right(listed)
    for what in lines[0]:
        listed.add_row(*row(what, *(dollars(each[what]) for each in lines)))
    return listed


def _right(listed: Table) -> None:
    for column in listed.columns[1:]:
        column.justify = "right"
