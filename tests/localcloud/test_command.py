"""The command line `python -m localcloud`: output and exit codes."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from localcloud import LocalCloud
from localcloud.__main__ import app


def run_command(command: str, directory: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [command, "--directory", str(directory), *options])


def test_commands_start_show_and_stop_cloud(tmp_path: Path) -> None:
    try:
        up = run_command("up", tmp_path)
        assert up.exit_code == 0, up.output
        cloud = LocalCloud.find(tmp_path)
        assert cloud is not None
        assert cloud.endpoint in up.output
        assert cloud.endpoint in run_command("status", tmp_path).output
        exports = [shlex.split(line) for line in run_command("env", tmp_path).output.splitlines()]
        assert dict(words[1].split("=", 1) for words in exports) == cloud.environment()
        assert {words[0] for words in exports} == {"export"}
        again = run_command("up", tmp_path)
        assert again.exit_code == 1
        assert "already runs" in again.stderr
    finally:
        down = run_command("down", tmp_path)
    assert down.exit_code == 0
    assert LocalCloud.find(tmp_path) is None


@pytest.mark.parametrize(("command", "code"), [("status", 1), ("env", 1), ("down", 0)])
def test_command_without_cloud_prints_message(tmp_path: Path, command: str, code: int) -> None:
    result = run_command(command, tmp_path)
    assert result.exit_code == code
    assert "No local cloud is running" in result.output
    assert "Traceback" not in result.output
