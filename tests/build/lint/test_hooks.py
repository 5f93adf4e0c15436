"""The hooks of .pre-commit-config.yaml run in the project's environments and reject invalid files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.build.projects import ROOT

PRE_COMMIT = str(ROOT / "build" / "venv" / "lint" / "bin" / "pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the project's hooks and environments, and an invalid file for each hook."""
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "venv").symlink_to(ROOT / "build" / "venv")
    (tmp_path / "unused.py").write_text('"""A module."""\n\nimport os\n')
    (tmp_path / "spaced.py").write_text('"""A module."""\n\nX = {  }\n')
    (tmp_path / "main.tf").write_text('locals {\n  x="y"\n}\n')
    for command in (["init", "--quiet"], ["add", "--", *(file.name for file in tmp_path.iterdir() if file.is_file())]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def run_hooks(repository: Path) -> tuple[int, dict[str, str]]:
    """Run all pre-commit hooks, and return the exit code and the result of each hook by its name."""
    home = {"PRE_COMMIT_HOME": str(repository / ".cache")}
    command = [PRE_COMMIT, "run", "--all-files", "--color", "never"]
    process = subprocess.run(command, cwd=repository, env=os.environ | home, capture_output=True, text=True)
    lines = [line.rsplit(".", 1) for line in process.stdout.splitlines() if "...." in line]
    return process.returncode, {name.strip("."): result for name, result in lines}


def expected_results(result: str) -> dict[str, str]:
    """Return this result for the hooks that check the repository's files, and that of the hook that checks none."""
    checking = dict.fromkeys(("ruff", "ruff format", "terraform fmt"), result)
    return checking | {"documents are up to date": "(no files to check)Skipped"}


def test_hooks_reject_only_invalid_files(repository: Path) -> None:
    assert run_hooks(repository) == (1, expected_results("Failed"))
    (repository / "unused.py").write_text('"""A module."""\n')
    (repository / "spaced.py").write_text('"""A module."""\n\nX = {}\n')
    (repository / "main.tf").write_text('locals {\n  x = "y"\n}\n')
    assert run_hooks(repository) == (0, expected_results("Passed"))


def test_push_runs_the_whole_lint() -> None:
    config = (ROOT / ".pre-commit-config.yaml").read_text()
    lint = config.split("- id: lint\n")[1]
    assert "entry: make lint\n" in lint
    assert "stages: [pre-push]" in lint
