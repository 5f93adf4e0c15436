"""Terraform as it is run for a person who watches: what it says is seen, Ctrl-C lets it end in order."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ops import terraform_failures
from ops.told import Told


def run(root: Path, *arguments: str, environment: str, quiet: bool = False, variables: Mapping[str, str] = {}) -> None:
    """Run a command in a root; Told when it fails, with the cure if the reason is known.

    `environment` is the one that the sentence names; `variables` are added to this process's.
    """
    colour = [] if sys.stdout.isatty() else ["-no-color"]
    process = subprocess.Popen(  # noqa: S603
        ["terraform", f"-chdir={root}", *arguments, *colour],  # noqa: S607 - whichever one the operator uses
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.PIPE,
        env={**os.environ, **variables},
        text=True,
    )
    try:
        _, complaint = process.communicate()
    except KeyboardInterrupt:
        process.communicate()  # Terraform has heard it, too: it finishes what it has begun and records it
        raise
    if process.returncode:
        raise Told(terraform_failures.sentence(complaint, environment))
