"""Runs the installed `sluice` as in a shell."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from localcloud import LocalCloud
from tests.support.terraform_root import PROJECT

SLUICE = PROJECT / "build" / "venv" / "tools" / "bin" / "sluice"
_INHERITED = ("HOME", "PATH", "PYTHONPATH")  # PYTHONPATH, because the tests of a worktree must test that worktree


class Terminal:
    """A shell with the environment variables of a local cloud, where the state of `local` is stored.

    Args:
        cloud: The local cloud.
        terraform: The folder in which Terraform keeps its data.
    """

    def __init__(self, cloud: LocalCloud, terraform: Path) -> None:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self.variables: Mapping[str, str] = {**inherited, **cloud.environment(), "TF_DATA_DIR": str(terraform)}

    def run(
        self, *arguments: str, stdin: str = "", code: int = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `sluice` outside the project's folder, and fail if it prints a traceback or exits with another code.

        Args:
            arguments: The command and its arguments.
            stdin: Text for standard input.
            code: The exit code that is expected.
            variables: Environment variables to set; an empty value removes one.
        """
        environment = {name: value for name, value in {**self.variables, **variables}.items() if value}
        process = subprocess.run(
            [SLUICE, *arguments], input=stdin, env=environment, cwd="/", capture_output=True, text=True
        )
        assert process.returncode == code, process
        assert "Traceback" not in process.stderr
        return process
