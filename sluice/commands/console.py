"""Options and output that all commands share."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from sluice import durations
from sluice.errors import SluiceError
from sluice.project import terraform_root


def environment_names() -> list[str]:
    """Return the names for --env, from the .tfvars files of terraform/environments; none outside a project."""
    try:
        folder = terraform_root() / "environments"
    except SluiceError:
        return []
    return sorted(file.stem for file in folder.glob("*.tfvars"))


def _check_environment(name: str) -> str:
    if (names := environment_names()) and name not in names:
        raise typer.BadParameter(f'Unknown environment "{name}": choose from {", ".join(names)}.')
    return name


Env = Annotated[
    str,
    typer.Option(
        "--env",
        envvar="SLUICE_ENV",
        callback=_check_environment,
        autocompletion=environment_names,
        help="The environment.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def parse_duration_option(text: str | float) -> float:
    """Return the seconds of an option such as 30m, for Typer."""
    try:
        return durations.parse_duration(str(text))
    except SluiceError as error:
        raise typer.BadParameter(str(error)) from error


def show(result: object, as_json: bool, *parts: RenderableType) -> None:
    """Print the result of a command: as one JSON object, or as parts for people, one below the other."""
    if as_json:
        print_json(result)
        return
    console = Console(highlight=False, soft_wrap=True)
    for part in parts:
        console.print(part)


def new_table(*columns: str, title: str | None = None) -> Table:
    """Return an empty table in the style of all commands; use `escape_cells` for the arguments of add_row.

    The first column has the name that other commands accept, so that it is the last to be shortened.
    """
    first, *others = columns
    return Table(
        Column(first, no_wrap=True),
        *others,
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
    )


def escape_cells(*cells: object) -> tuple[str, ...]:
    """Return cells as text whose brackets Rich does not interpret; - for None."""
    return tuple("-" if cell is None else escape(str(cell)) for cell in cells)


def print_json(record: object) -> None:
    """Print an object as one line of JSON, and flush it."""
    print(json.dumps(record, separators=(",", ":"), default=str), flush=True)


def note(message: str) -> None:
    """Print a message for people, beside the result, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Callable[..., None]]:
    """Show a progress bar on standard error if that is a terminal.

    Args:
        label: The text before the bar.
        total: The number of all items; None if it is not known yet.

    Yields:
        A function that adds a number of done items; its optional second argument is a new total.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done, total=total: progress.update(task, advance=done, total=total)


def confirm(question: str, yes: bool) -> None:
    """Ask a question on the terminal, and abort the command unless the answer is yes.

    Raises:
        typer.BadParameter: If there is no terminal and --yes is not set.
        typer.Abort: If the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "standard input is not a terminal, so the question cannot be asked: add --yes, or --dry-run to see what "
            "would be done."
        )
    typer.confirm(question, abort=True, err=True)
