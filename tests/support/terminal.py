"""The installed `sluice`, typed at a shell's prompt."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from localcloud import LocalCloud
from tests.support.terraform_root import PROJECT

SLUICE = PROJECT / "build" / "venv" / "tools" / "bin" / "sluice"


class Terminal:
    """A shell whose `variables` lead to a cloud, and Terraform to the state of `local` there."""

    def __init__(self, cloud: LocalCloud, terraform: Path) -> None:
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "PYTHONPATH") if name in os.environ}
        self.variables: Mapping[str, str] = {**kept, **cloud.environment(), "TF_DATA_DIR": str(terraform)}

    def run(self, *typed: str, given: str = "", code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """What `sluice ...` says, away from the project's folder; AssertionError unless it ends with `code`."""
        shell = {name: value for name, value in {**self.variables, **variables}.items() if value}
        ran = subprocess.run([SLUICE, *typed], input=given, env=shell, cwd="/", capture_output=True, text=True)
        assert ran.returncode == code, ran
        assert "Traceback" not in ran.stderr
        return ran
