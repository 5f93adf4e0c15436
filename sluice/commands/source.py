"""Where a command's lines come from: its arguments, a file, or what is piped in."""

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
File = Annotated[Path | None, typer.Option(help="A file with a task a line, - for standard input; # begins a comment.")]
_PIPE = Path("-")


@dataclass(frozen=True)
class Source:
    """Lines as often as they are asked for, if `again`, otherwise once."""

    addresses: Sequence[str]
    file: Path

    @classmethod
    def of(cls, addresses: Sequence[str] | None, file: Path | None) -> "Source":
        """What was typed. Raises typer.BadParameter when that is nothing, or too much."""
        if addresses and file:
            raise typer.BadParameter("Give addresses or --file, not both.")
        if not addresses and file is None and sys.stdin.isatty():
            raise typer.BadParameter("Give addresses, or --file FILE, or pipe in a task a line.")
        return cls(addresses or (), file or _PIPE)

    @property
    def again(self) -> bool:
        """Whether the lines can be read a second time, as those of a pipe cannot."""
        return bool(self.addresses) or (self.file != _PIPE and self.file.is_file())

    def lines(self) -> Iterator[bytes | str]:
        """The lines, from a file one after the other."""
        if self.addresses:
            yield from self.addresses
        elif self.file == _PIPE:
            yield from sys.stdin.buffer
        else:
            with self.file.open("rb") as lines:
                yield from lines
