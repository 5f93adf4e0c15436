"""What README and docs/ tell people to type: each `sluice` and `make` of theirs is there, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sluice.__main__ import app

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
MAKEFILE = (PROJECT / "Makefile").read_text()


def commands(name: str) -> Iterator[str]:
    """Every call of a program in the documents, in blocks and in the text."""
    for document in DOCUMENTS:
        text = document.read_text()
        blocks = re.findall(rf"^    (.*{name} .*)$", text, re.MULTILINE)
        for written in blocks + re.findall(rf"`({name} [^`\n]*)`", text):
            for part in re.split(r" \| | && ", written.partition("  #")[0]):
                if part.startswith(f"{name} "):
                    yield part.strip()


@pytest.mark.parametrize("command", sorted(set(commands("sluice"))))
def test_the_command_line_knows_every_command(command: str) -> None:
    known: Any = typer.main.get_command(app)
    words = [word for word in shlex.split(command)[1:] if word != "&"]
    while (below := getattr(known, "commands", None)) and words:
        assert words[0] in below, f"there is no {command}"
        known = below[words.pop(0)]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("command", sorted(set(commands("make"))))
def test_make_knows_every_target_and_setting(command: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z -]*):(?!=)", MAKEFILE, re.MULTILINE))
    known = {target for line in targets for target in line.split()}
    target, *settings = [word for word in shlex.split(command)[1:] if word != "&"]
    assert target in known
    for setting in settings:
        name = setting.partition("=")[0]
        assert re.search(rf"\b{name}\b", MAKEFILE), f"nothing reads {name}"
