"""Print results of images: as a table that grows, or as JSON lines."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from sluice.commands.console import escape_cells

_MAX_WIDTH = 60  # characters of an address or a reason in one line
_COLUMNS = (("Image", 4), ("Answer", 2), ("Score", 1), ("Id / reason", 4))  # with their ratios of the width


class AnswerPrinter:
    """Prints records (docs/messages.md, docs/jobs.md) as a table on a terminal, otherwise as JSON lines.

    Args:
        as_json: Print JSON lines on a terminal, too.

    Attributes:
        is_table: Whether a table is printed.
    """

    def __init__(self, as_json: bool) -> None:
        self.is_table = sys.stdout.isatty() and not as_json
        self._console = Console(highlight=False)
        self._has_header = False

    def print(self, bodies: list[str]) -> None:
        """Print JSON objects and flush them.

        Raises:
            OSError: If they cannot be written.
        """
        if self.is_table and bodies:
            self._console.print(self._table([json.loads(body) for body in bodies]))
        elif bodies:
            print("\n".join(bodies))
        sys.stdout.flush()

    def _table(self, records: list[dict[str, Any]]) -> Table:
        table = Table(box=None, pad_edge=False, show_header=not self._has_header, expand=True)
        self._has_header = True
        for name, ratio in _COLUMNS:
            table.add_column(name, ratio=ratio, overflow="fold", max_width=_MAX_WIDTH)  # equal in all tables
        for record in records:
            table.add_row(*_cells(record))
        return table


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    refusal = record.get("rejection") or record.get("error")
    if refusal:
        image, code, reason = escape_cells(record["url"], refusal["code"], f"{record['id']}: {refusal['message']}")
        return image, f"[yellow]{code}[/]", "", reason
    best = record["labels"][0]
    image, label, score, id_ = escape_cells(record["url"], best["label"], f"{best['score']:.3f}", record["id"])
    return image, f"[green]{label}[/]", score, id_
