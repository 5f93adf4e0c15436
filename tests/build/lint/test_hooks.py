"""The hooks of .pre-commit-config.yaml run in the project's own environments, and refuse what is wrong."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.build.projects import ROOT

PRE_COMMIT = str(ROOT / "build" / "venv" / "lint" / "bin" / "pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the project's hooks and environments, and files that each hook minds."""
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


def hooks(repository: Path) -> tuple[int, dict[str, str]]:
    """The exit code of all hooks that come before a commit, and how each ended."""
    home = {"PRE_COMMIT_HOME": str(repository / ".cache")}
    run = [PRE_COMMIT, "run", "--all-files", "--color", "never"]
    told = subprocess.run(run, cwd=repository, env=os.environ | home, capture_output=True, text=True)
    lines = [line.rsplit(".", 1) for line in told.stdout.splitlines() if "...." in line]
    return told.returncode, {name.strip("."): ending for name, ending in lines}


def all_at(ending: str) -> dict[str, str]:
    """All hooks that mind such files, and the one that does not."""
    minding = dict.fromkeys(("ruff", "ruff format", "terraform fmt"), ending)
    return minding | {"documents are up to date": "(no files to check)Skipped"}


def test_the_hooks_refuse_what_is_wrong_and_let_the_rest_through(repository: Path) -> None:
    assert hooks(repository) == (1, all_at("Failed"))
    (repository / "unused.py").write_text('"""A module."""\n')
    (repository / "spaced.py").write_text('"""A module."""\n\nX = {}\n')
    (repository / "main.tf").write_text('locals {\n  x = "y"\n}\n')
    assert hooks(repository) == (0, all_at("Passed"))


def test_a_push_takes_the_whole_lint() -> None:
    config = (ROOT / ".pre-commit-config.yaml").read_text()
    lint = config.split("- id: lint\n")[1]
    assert "entry: make lint\n" in lint and "stages: [pre-push]" in lint
