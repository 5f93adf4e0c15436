"""What was imported: a process with TensorFlow makes models of every kind and imports each, once for all tests."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from build import bundle
from tests.support.build.projects import ROOT

PYTHON = ROOT / "build" / "venv" / "tensorflow" / "bin" / "python"


@pytest.fixture(scope="session")
def tensorflow() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a module of this project in the environment that has TensorFlow."""
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing: make setup")

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(map(str, (ROOT, ROOT / "lambdas")))
        command = [str(PYTHON), "-m", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True)

    return run


@pytest.fixture(scope="session")
def workshop(
    tensorflow: Callable[..., subprocess.CompletedProcess[str]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder in which all was made."""
    folder = tmp_path_factory.mktemp("workshop")
    done = tensorflow("tests.support.models.networks", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="session")
def said(workshop: Path) -> dict[str, dict[str, Any]]:
    """By case, its exit code and what it said."""
    found: dict[str, dict[str, Any]] = json.loads((workshop / "imports.json").read_text())
    return found


@pytest.fixture
def made(workshop: Path, said: dict[str, dict[str, Any]]) -> Callable[[str], tuple[Path, dict[str, Any]]]:
    """A case's one bundle, verified, and its manifest."""

    def made(case: str) -> tuple[Path, dict[str, Any]]:
        assert said[case]["exit"] == 0, said[case]["said"]
        (folder,) = (workshop / "models" / case).iterdir()
        return folder, bundle.verify(folder)

    return made
