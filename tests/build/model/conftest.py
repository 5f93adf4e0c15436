"""One process with TensorFlow creates models of every kind and imports each, once for all tests."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from build import bundle
from tests.support.build.projects import ROOT
from tests.support.models.predictions import FindBundle, ImportResults

PYTHON = ROOT / "build" / "venv" / "tensorflow" / "bin" / "python"


@pytest.fixture(scope="session")
def tensorflow() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a module of this project in the environment with TensorFlow."""
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing: make setup")

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(map(str, (ROOT, ROOT / "lambdas")))
        command = [str(PYTHON), "-m", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True)

    return run


@pytest.fixture(scope="session")
def workspace(
    tensorflow: Callable[..., subprocess.CompletedProcess[str]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the folder with the models, the bundles and the outputs of the imports."""
    folder = tmp_path_factory.mktemp("workspace")
    done = tensorflow("tests.support.models.import_models", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="session")
def results(workspace: Path) -> ImportResults:
    """Return the exit code and the output of each import by its name."""
    results: ImportResults = json.loads((workspace / "imports.json").read_text())
    return results


@pytest.fixture
def find_bundle(workspace: Path, results: ImportResults) -> FindBundle:
    """Return a function that returns the folder and the manifest of an import's bundle, verified."""

    def find_bundle(case: str) -> tuple[Path, dict[str, Any]]:
        assert results[case]["exit"] == 0, results[case]["output"]
        (folder,) = (workspace / "models" / case).iterdir()
        return folder, bundle.verify(folder)

    return find_bundle
