"""A fault of our own: a sentence for the person, the traceback in a file."""

import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sluice.errors import SluiceError
from sluice.project import find_project

_FILE = "sluice-error.log"


def sentence(error: Exception) -> str:
    """Write the traceback down, and say where it is."""
    details = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {sys.argv}\n{''.join(traceback.format_exception(error))}\n"
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _FILE).write_text(details)
        except OSError:
            continue
        return f"Unexpectedly, {_words(error)}. This is a fault of sluice itself; {folder / _FILE} has the details."
    return f"Unexpectedly, {_words(error)}. This is a fault of sluice itself, and its details could not be written."


def _folders() -> Iterator[Path]:
    with suppress(SluiceError):  # away from a project
        yield find_project() / "build" / "out"
    yield Path(tempfile.gettempdir())


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200] or 'without a word'}"
