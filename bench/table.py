"""The targets for a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

_WORDS = {True: "[green]met[/]", False: "[red]missed[/]", None: "[dim]not measured[/]"}


def show(content: dict[str, Any], console: Console) -> None:
    """Print each target with what was found."""
    table = Table("", "target", "found", "by CPU", "", box=None, pad_edge=False)
    for column in table.columns[1:4]:
        column.justify = "right"
    for target in content["targets"]:
        figures = [
            "" if target[key] is None else f"{target[key]:,.3g}" if target[key] < 1000 else f"{target[key]:,.0f}"
            for key in ("figure", "cpu_figure")
        ]
        table.add_row(target["what"], target["limit"], *figures, _WORDS[target["met"]])
    console.print(table)
