"""The lines that a command reads: from its arguments, a file, or standard input."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

Addresses = Annotated[
    list[str] | None,
    typer.Argument(metavar="ADDRESS", help="http(s):// or s3:// addresses, or tasks as JSON.", show_default=False),
]
InputFile = Annotated[
    Path | None,
    typer.Option("--file", help="A file with one task per line; - for standard input. Lines with # are comments."),
]
Model = Annotated[str | None, typer.Option(help="Model for tasks that do not name one.")]
Top = Annotated[int | None, typer.Option(min=1, max=100, help="Number of labels for tasks that do not set it.")]

_STANDARD_INPUT = Path("-")


@dataclass(frozen=True)
class Inputs:
    """The lines of a command's input."""

    addresses: Sequence[str]
    file: Path

    @classmethod
    def from_options(cls, addresses: Sequence[str] | None, file: Path | None) -> "Inputs":
        """Return the input that arguments and --file select.

        Raises:
            typer.BadParameter: If both are set, or none of them and standard input is a terminal.
        """
        if addresses and file:
            raise typer.BadParameter("Use addresses or --file, not both.")
        if not addresses and file is None and sys.stdin.isatty():
            raise typer.BadParameter("Use addresses or --file FILE, or pipe one task per line to standard input.")
        return cls(addresses or (), file or _STANDARD_INPUT)

    @property
    def is_rereadable(self) -> bool:
        """Whether the lines can be read more than once, unlike those of a pipe."""
        return bool(self.addresses) or (self.file != _STANDARD_INPUT and self.file.is_file())

    def lines(self) -> Iterator[bytes | str]:
        """Yield the lines, without reading the whole file into memory."""
        if self.addresses:
            yield from self.addresses
        elif self.file == _STANDARD_INPUT:
            yield from sys.stdin.buffer
        else:
            with self.file.open("rb") as lines:
                yield from lines
