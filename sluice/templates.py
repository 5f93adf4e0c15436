"""Pages rendered from Jinja templates: HTML reports, and Markdown for docs/."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


def load_templates(folder: Path, **filters: Callable[..., Any]) -> Environment:
    """Return a Jinja environment for the templates of a folder.

    Values in templates whose names end in .html are escaped; an undefined name is an error.

    Args:
        folder: The folder that holds the templates.
        **filters: Additional filters, by the names that templates use.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    return environment
