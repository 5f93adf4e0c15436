"""docs/messages.md and docs/jobs.md as data: their schemas, their examples and their tables of codes."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parents[3] / "docs"


@cache
def _blocks(document: str, kind: str) -> dict[str, Any]:
    found = re.findall(rf"<!-- {kind}: (\w+) -->\n```json\n(.*?)```", text(document), re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def text(document: str) -> str:
    """A document as it is."""
    return (DOCUMENTS / f"{document}.md").read_text()


def schemas(document: str = "messages") -> dict[str, Any]:
    return _blocks(document, "schema")


def examples(document: str = "messages") -> dict[str, Any]:
    return _blocks(document, "example")


def table_of_codes(document: str = "messages") -> list[str]:
    """The codes that the table explains, in its order."""
    section = text(document).split("| Code |")[1].split("\n\n")[0]
    return re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE)
