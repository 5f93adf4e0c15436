"""What every command has: --env, --json, an environment opened, and one way to show what was found."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.project import terraform_root

__all__ = ["Env", "Environment", "Json", "SluiceError", "bar", "line", "note", "row", "show", "table"]


def environments() -> list[str]:
    """The names for --env: each .tfvars of terraform/environments; none away from a project."""
    try:
        folder = terraform_root() / "environments"
    except SluiceError:
        return []
    return sorted(file.stem for file in folder.glob("*.tfvars"))


def _known(name: str) -> str:
    if (known := environments()) and name not in known:
        raise typer.BadParameter(f"{name!r} is none of the environments: {', '.join(known)}.")
    return name


Env = Annotated[
    str,
    typer.Option(
        "--env", envvar="SLUICE_ENV", callback=_known, autocompletion=environments, help="Which environment to act on."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def show(found: object, as_json: bool, *parts: RenderableType) -> None:
    """Print what a command found: as one JSON object, or, for people, the parts one below the other."""
    if as_json:
        line(found)
        return
    console = Console(highlight=False, soft_wrap=True)
    for part in parts:
        console.print(part)


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table in the one style that all have; give `row` to its add_row.

    The first column names the thing for other commands, so it is the last to be cut on a narrow terminal.
    """
    first, *others = columns
    named = Column(first, no_wrap=True)
    return Table(named, *others, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)


def row(*cells: object) -> tuple[str, ...]:
    """Cells as text in which nothing is taken for markup."""
    return tuple("-" if cell is None else escape(str(cell)) for cell in cells)


def line(record: object) -> None:
    """Print a JSON line, and see to it that it is out before going on."""
    print(json.dumps(record, separators=(",", ":"), default=str), flush=True)


def note(sentence: str, **styles: Any) -> None:
    """Tell the person at the terminal something beside the result: on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, markup=False, **styles)


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, if that is a terminal; what it gives is told how many more are done.

    `total` None: not known yet; it may be told later, as the second argument.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        shown = progress.add_task(what, total=total)
        yield lambda more, of=total: progress.update(shown, advance=more, total=of)
