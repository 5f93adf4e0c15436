"""The Terraform root as an operator's program sees it: applied in one go, and the addresses that it tells."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sluice.terraform import errors, provider

PROJECT = Path(__file__).parents[2]
ROOT = PROJECT / "terraform"


class StackError(Exception):
    """Terraform did not do what it was asked; the message ends with its own last words."""


def init(environment: str) -> tuple[str, ...]:
    """The words of `terraform init` with an environment's backend."""
    return "init", "-input=false", "-reconfigure", f"-backend-config=environments/{environment}.s3.tfbackend"


def initialise(environment: str) -> None:
    """`terraform init` with an environment's backend."""
    _terraform(*init(environment))


def apply(environment: str, values: Mapping[str, Any]) -> None:
    """`terraform apply` with an environment's tfvars, overridden by `values`."""
    given = [f"-var={name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in values.items()]
    _terraform("apply", "-input=false", "-auto-approve", f"-var-file=environments/{environment}.tfvars", *given)


def outputs() -> dict[str, Any]:
    """The root's outputs by name; StackError when nothing is applied."""
    if not (told := outputs_if_any()):
        raise StackError("Nothing is applied here yet: run `make apply ENV=local` (or another ENV) first.")
    return told


def outputs_if_any() -> dict[str, Any]:
    """The root's outputs by name; none when nothing is applied."""
    return {name: output["value"] for name, output in json.loads(_terraform("output", "-json")).items()}


def _terraform(command: str, *arguments: str) -> str:
    try:
        process = subprocess.Popen(  # noqa: S603
            ["terraform", f"-chdir={ROOT}", command, "-no-color", *arguments],  # noqa: S607 - the operator's own
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=provider.environment(),
            start_new_session=True,
        )
    except FileNotFoundError:
        raise StackError(errors.MISSING) from None
    try:
        said, complained = process.communicate()
    except BaseException:  # Ctrl-C above all: Terraform's plugins would outlive it
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise StackError(f"terraform {command} failed:\n{(complained or said).strip()}")
    return said
