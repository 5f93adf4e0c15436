"""Bytecode for layers: Lambda cannot write to /opt, so without it every cold start compiles the layer's Python files.

Equal sources and an equal compiler version give equal bytes on every machine, in any folder, with any hash seed.
Patch releases of one Python share the file format but not always the code generator: of 714 files of the litert and
powertools layers, CPython 3.11.2 and 3.11.7 compile one differently (numpy/lib/_arraypad_impl.py: a shorter jump).
No rewriting of the file can remove such a difference. So a layer that another version compiled is built again, and
the build prints the version.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from build.errors import MissingUvError, PackageError
from build.uv import find_uv

_PROGRAM = Path(__file__).with_name("compile_sources.py")
_PRINT_VERSION = """
import platform, sys
print(sys.executable)
print(sys.implementation.name + sys.abiflags, platform.python_version())
"""


@dataclass(frozen=True)
class Compiler:
    """A Python interpreter: its path, and the version that its bytecode depends on ("cpython 3.13.5")."""

    program: str
    version: str


def find_compiler(python: str) -> Compiler | None:
    """Find a released CPython of a version, because no other version can load its bytecode.

    Args:
        python: The minor version, for example "3.13".

    Returns:
        The running Python, else one on the PATH, else one that uv has installed, else None.
    """
    for program in _candidates(python):
        lines = _run([program, "-I", "-S", "-c", _PRINT_VERSION])
        # Pre-releases (3.14.0rc1) and free-threaded builds ("cpythont") may compile to other bytecode.
        if len(lines) == 2 and re.fullmatch(rf"cpython {re.escape(python)}\.\d+", lines[1]):
            return Compiler(lines[0], lines[1])
    return None


def compile_files(files: Mapping[str, bytes | bytearray], compiler: Compiler) -> dict[str, bytes]:
    """Compile the Python files of a layer.

    Args:
        files: Contents by path in the layer's python/ folder; only *.py files are compiled.
        compiler: The Python of the layer's target.

    Returns:
        The .pyc files by path, for example numpy/__pycache__/version.cpython-313.pyc.

    Raises:
        PackageError: The compiler failed.
    """
    sources = {path: bytes(files[path]).decode("latin-1") for path in sorted(files) if path.endswith(".py")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 - no user input
        [compiler.program, "-s", "-S", "-P", "-B", "-W", "ignore", str(_PROGRAM)],
        input=json.dumps(sources),
        env=environment | {"PYTHONHASHSEED": "0"},  # the order of sets in the compiler
        capture_output=True,
        text=True,
    )
    if done.returncode:
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1].rstrip(".")
        raise PackageError(
            f"{compiler.program} cannot compile a layer: {reason}. "
            "Repair this Python, or remove it from the PATH, and build again."
        )
    return {path: text.encode("latin-1") for path, text in json.loads(done.stdout).items()}


def _candidates(python: str) -> Iterator[str]:
    yield sys.executable
    on_path = shutil.which(f"python{python}")
    if on_path is not None:
        yield on_path
    try:
        yield from _run([find_uv(), "python", "find", "--no-project", python])
    except MissingUvError:
        return


def _run(command: list[str]) -> list[str]:
    """Return the lines that a program prints; none if it fails, as a pyenv shim of an inactive Python does."""
    environment = {**os.environ, "UV_PYTHON_PREFERENCE": "system", "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 - no user input
    except OSError:
        return []
    return [] if done.returncode else done.stdout.splitlines()
