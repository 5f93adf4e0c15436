"""`python -m localcloud`: what a person sees, and the exit codes."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from localcloud import LocalCloud
from localcloud.__main__ import app


def _run(command: str, directory: Path, *more: str) -> Result:
    return CliRunner().invoke(app, [command, "--directory", str(directory), *more])


def test_up_status_env_down(tmp_path: Path) -> None:
    try:
        up = _run("up", tmp_path)
        assert up.exit_code == 0, up.output
        cloud = LocalCloud.find(tmp_path)
        assert cloud is not None
        assert cloud.endpoint in up.output
        assert cloud.endpoint in _run("status", tmp_path).output
        exports = [shlex.split(line) for line in _run("env", tmp_path).output.splitlines()]
        assert dict(words[1].split("=", 1) for words in exports) == cloud.environment()
        assert {words[0] for words in exports} == {"export"}
        again = _run("up", tmp_path)
        assert (again.exit_code, "already runs" in again.stderr) == (1, True)
    finally:
        down = _run("down", tmp_path)
    assert (down.exit_code, LocalCloud.find(tmp_path)) == (0, None)


@pytest.mark.parametrize(("command", "code"), [("status", 1), ("env", 1), ("down", 0)])
def test_without_a_cloud_a_sentence_says_so(tmp_path: Path, command: str, code: int) -> None:
    result = _run(command, tmp_path)
    assert result.exit_code == code
    assert "No local cloud is running" in result.output
    assert "Traceback" not in result.output
