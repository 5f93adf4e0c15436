"""Find uv, which installs wheels, resolves lock files and knows the installed Pythons."""

import os
import shutil
import sys
from pathlib import Path

from build.errors import MissingUvError


def find_uv() -> str:
    """Return the path of uv: beside the running Python (build/requirements/tools.lock) or on the PATH.

    Raises:
        MissingUvError: uv is in neither place.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which("uv", path=path)
    if program is None:
        raise MissingUvError("uv is missing: install build/requirements/tools.lock, which contains it, and try again.")
    return program
