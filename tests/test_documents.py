"""Every `sluice` and `make` command in README and docs/ exists, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sluice.cli import app

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]
READMES = [*sorted((PROJECT / "modules").glob("*/README.md")), PROJECT / "localcloud" / "README.md"]
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
    arguments = [word for word in shlex.split(command)[1:] if word != "&"]
    while (below := getattr(known, "commands", None)) and arguments:
        assert arguments[0] in below, f"there is no {command}"
        known = below[arguments.pop(0)]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= options


@pytest.mark.parametrize("command", sorted(set(commands("make"))))
def test_make_knows_every_target_and_setting(command: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z -]*):(?!=)", MAKEFILE, re.MULTILINE))
    known = {target for line in targets for target in line.split()}
    target, *settings = [word for word in shlex.split(command)[1:] if word != "&"]
    assert target in known
    for setting in settings:
        name = setting.partition("=")[0]
        assert re.search(rf"\b{name}\b", MAKEFILE), f"nothing reads {name}"


def anchors(document: Path) -> set[str]:
    """Return the anchors of a Markdown page: GitHub's for headings, and explicit ones."""
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("document", [*DOCUMENTS, *READMES], ids=lambda path: str(path.relative_to(PROJECT)))
def test_document_links_lead_to_existing_places(document: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", text)
    for link in links:
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{link} does not exist"
        if anchor:
            assert anchor in anchors(target), f"{link} has no such heading"
