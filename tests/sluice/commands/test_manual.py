"""docs/command-line.md is what `sluice --help` says of every command."""

import subprocess
import sys

from tests.support.terraform_root import PROJECT

MANUAL = "docs/command-line.md"
WRITE = [
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


def test_the_manual_is_as_the_commands_are() -> None:
    written = subprocess.run(WRITE, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    again = f"python -m {' '.join(WRITE[2:-1])} '{WRITE[-1]}' --output {MANUAL}"
    assert written.rstrip() == (PROJECT / MANUAL).read_text().rstrip(), f"Write it again: {again}"
