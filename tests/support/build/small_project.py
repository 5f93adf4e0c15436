"""Copies of the project, and its build command in them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from build.package.target import Target

ROOT = Path(__file__).parents[3]
LAYERS = ("litert", "powertools", "tensorflow")
CLEAN = [sys.executable, "-I", "-S", "-B"]  # an interpreter that finds nothing but what it is given
RUNTIME = ROOT / "build/venv/runtime/lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


@dataclass(frozen=True)
class Copy:
    """A copy of the project in a folder of its own, and what its build printed."""

    root: Path
    said: str

    @property
    def out(self) -> Path:
        """Where its artifacts are."""
        return self.root / "build" / "out" / str(Target.here())


def command(root: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start `python -m build.package` in a copy of the project."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [sys.executable, "-m", "build.package", *options],
        cwd=root,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(root: Path, *options: str, **environment: str) -> tuple[int, str]:
    """The exit code of `python -m build.package` in a copy of the project, and what it printed."""
    process = command(root, *options, **environment)
    said = process.communicate()[0]
    return process.returncode, said


def copy(root: Path, copy_file: Callable[[str, str], object]) -> Path:
    """The project's sources, without what was made of them."""
    shutil.copytree(
        ROOT / "build",
        root / "build",
        ignore=shutil.ignore_patterns("out", "venv", "requirements", "__pycache__"),
        copy_function=copy_file,
    )
    shutil.copytree(
        ROOT / "lambdas", root / "lambdas", ignore=shutil.ignore_patterns("__pycache__"), copy_function=copy_file
    )
    return root
