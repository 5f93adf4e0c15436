"""docs/messages.md as data: its schemas, its examples and its table of codes."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "messages.md"


@cache
def _blocks(kind: str) -> dict[str, Any]:
    found = re.findall(rf"<!-- {kind}: (\w+) -->\n```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def schemas() -> dict[str, Any]:
    return _blocks("schema")


def examples() -> dict[str, Any]:
    return _blocks("example")


def table_of_codes() -> list[str]:
    """The codes that the table explains, in its order."""
    section = DOCUMENT.read_text().split("| Code |")[1].split("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
