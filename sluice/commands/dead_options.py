"""The options that the commands of `sluice dead` share."""

import sys
from typing import Annotated

import typer

from sluice import durations
from sluice.errors import SluiceError


def _age(written: str | float) -> float:
    try:
        return durations.seconds(str(written))
    except SluiceError as error:
        raise typer.BadParameter(str(error)) from error


Code = Annotated[str | None, typer.Option(help="Only those that met this last, such as source_unavailable.")]
Older = Annotated[
    float | None, typer.Option(parser=_age, metavar="AGE", help="Only those first sent so long ago, such as 2h.")
]
Newer = Annotated[
    float | None, typer.Option(parser=_age, metavar="AGE", help="Only those first sent since, such as 30m or 1d.")
]
Model = Annotated[str | None, typer.Option(help="Only those for this model: a name, or name@hash.")]
Ids = Annotated[list[str] | None, typer.Option("--id", help="Only this one, by its task's or its message's id.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def agree(question: str, yes: bool) -> None:
    """Have the person at the terminal say yes; without a terminal only --yes does."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to be asked: add --yes, or --dry-run to see what would be done.")
    typer.confirm(question, abort=True, err=True)
