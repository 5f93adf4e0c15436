"""docs/command-line.md is the help of every command."""

import subprocess
import sys

from tests.support.terraform_root import PROJECT

MANUAL = "docs/command-line.md"
COMMAND = [
    sys.executable,
    "-m",
    "typer",
    "sluice.cli",
    "utils",
    "docs",
    "--name",
    "sluice",
    "--title",
    "The command line",
]


def test_manual_is_up_to_date() -> None:
    manual = subprocess.run(COMMAND, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    fix = f"python -m {' '.join(COMMAND[2:-1])} '{COMMAND[-1]}' --output {MANUAL}"
    assert manual.rstrip() == (PROJECT / MANUAL).read_text().rstrip(), f"Generate it again: {fix}"
