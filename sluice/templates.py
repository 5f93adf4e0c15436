"""Pages written from templates: HTML to look at, Markdown for docs/. A name that is not there is an error."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


def templates(folder: Path, **filters: Callable[..., Any]) -> Environment:
    """The templates of a folder; what goes into those that end in .html is escaped."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= filters
    return made
