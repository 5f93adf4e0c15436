"""docs/runbook.md: the commands that it gives are commands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from ops.__main__ import app

RUNBOOK = (Path(__file__).parents[1] / "docs" / "runbook.md").read_text()


def commands() -> Iterator[str]:
    """Every call of `sluice` in the runbook, in blocks and in the text."""
    for written in re.findall(r"^    (.*sluice .*)$", RUNBOOK, re.MULTILINE) + re.findall(r"`(sluice [^`]*)`", RUNBOOK):
        for part in written.partition("  #")[0].split(" | "):
            if part.startswith("sluice "):
                yield part.strip()


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_the_command_line_knows_every_command_that_repairs(command: str) -> None:
    known: Any = typer.main.get_command(app)
    words = shlex.split(command)[1:]
    while below := getattr(known, "commands", None):
        assert words[0] in below, f"there is no {command}"
        known = below[words.pop(0)]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options
