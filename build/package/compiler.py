"""The Python that compiles for a target: a CPython of its version, since no other reads what another compiled."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from build.uv import MissingUvError, uv

_ASK = """
import platform, sys
print(sys.executable)
print(sys.implementation.name + sys.abiflags, platform.python_version())
"""


@dataclass(frozen=True)
class Compiler:
    """An interpreter's path, and what its bytecode depends on: "cpython 3.13.5"."""

    program: str
    version: str


def find(python: str) -> Compiler | None:
    """The running Python if it is a `python` ("3.13"), else one that is on the PATH or that uv knows of, else None."""
    for program in _candidates(python):
        found = _asked([program, "-I", "-S", "-c", _ASK])
        # Released, with its usual lock: others, like 3.14.0rc1 or 3.14's "cpythont", may compile to something else.
        if len(found) == 2 and re.fullmatch(rf"cpython {re.escape(python)}\.\d+", found[1]):
            return Compiler(found[0], found[1])
    return None


def _candidates(python: str) -> Iterator[str]:
    yield sys.executable
    on_path = shutil.which(f"python{python}")
    if on_path is not None:
        yield on_path
    try:
        yield from _asked([uv(), "python", "find", "--no-project", python])
    except MissingUvError:
        return


def _asked(command: list[str]) -> list[str]:
    """The lines that a program printed; none if it failed, as a pyenv's shim of a Python that is not chosen does."""
    environment = {**os.environ, "UV_PYTHON_PREFERENCE": "system", "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 - our own words
    except OSError:
        return []
    return [] if done.returncode else done.stdout.splitlines()
