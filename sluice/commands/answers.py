"""Answers as people read them, a row each as they come, or as JSON lines for programs."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from sluice.commands.console import row

_LONGEST = 60  # characters of an address or a reason before it is wrapped


class Answers:
    """Shows records (docs/messages.md, docs/jobs.md): a table on a terminal, otherwise, or `as_json`, JSON lines."""

    def __init__(self, as_json: bool) -> None:
        self.for_people = sys.stdout.isatty() and not as_json
        self._console = Console(highlight=False)
        self._begun = False

    def show(self, bodies: list[str]) -> None:
        """Print JSON objects; when this returns they are out, or OSError tells that they could not be."""
        if self.for_people and bodies:
            self._console.print(self._table([json.loads(body) for body in bodies]))
        elif bodies:
            print("\n".join(bodies))
        sys.stdout.flush()

    def _table(self, records: list[dict[str, Any]]) -> Table:
        table = Table(box=None, pad_edge=False, show_header=not self._begun, expand=True)
        self._begun = True
        for name, share in (("Image", 4), ("Answer", 2), ("Score", 1), ("Id, or why not", 4)):
            table.add_column(name, ratio=share, overflow="fold", max_width=_LONGEST)  # so that all tables are alike
        for record in records:
            table.add_row(*_cells(record))
        return table


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    refusal = record.get("rejection") or record.get("error")
    if refusal:
        image, code, why = row(record["url"], refusal["code"], f"{record['id']}: {refusal['message']}")
        return image, f"[yellow]{code}[/]", "", why
    best = record["labels"][0]
    image, label, score, name = row(record["url"], best["label"], f"{best['score']:.3f}", record["id"])
    return image, f"[green]{label}[/]", score, name
