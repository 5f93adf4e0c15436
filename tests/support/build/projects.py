"""Copies of the project, and the build command in them."""

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
ISOLATED = [sys.executable, "-I", "-S", "-B"]  # an interpreter with no site-packages
RUNTIME = ROOT / "build/venv/runtime/lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


@dataclass(frozen=True)
class ProjectCopy:
    """A copy of the project in its own folder, and the output of its build."""

    root: Path
    output: str

    @property
    def out(self) -> Path:
        """The folder of the artifacts."""
        return self.root / "build" / "out" / str(Target.current())


def start_build(root: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start `python -m build.package` in a copy of the project."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [sys.executable, "-m", "build.package", *options],
        cwd=root,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_build(root: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Run `python -m build.package` in a copy of the project; return its exit code and output."""
    process = start_build(root, *options, **environment)
    output = process.communicate()[0]
    return process.returncode, output


def copy_project(root: Path, copy_file: Callable[[str, str], object]) -> Path:
    """Copy the project's sources, without anything built from them, and return `root`."""
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
