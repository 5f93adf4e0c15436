"""Where uv is: beside the Python that runs us, as build/requirements/tools.lock puts it, or on the path."""

import os
import shutil
import sys
from pathlib import Path


class MissingUvError(Exception):
    """There is no uv; the message says how to get it."""


def uv() -> str:
    """The path of uv. Raises MissingUvError."""
    found = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        raise MissingUvError("uv is missing: install build/requirements/tools.lock, which has it, and try again.")
    return found
