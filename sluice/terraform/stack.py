"""The Terraform root of an environment: initialize it, apply it without a terminal, read its outputs."""

import json
from collections.abc import Mapping
from typing import Any

from sluice.errors import SluiceError
from sluice.project import terraform_root
from sluice.terraform import errors, runner
from sluice.terraform.runner import TerraformError


def initialize(environment: str) -> None:
    """Run `terraform init` with an environment's backend. Raises SluiceError, with the fix, when that fails."""
    backend = f"-backend-config=environments/{environment}.s3.tfbackend"
    try:
        runner.capture(terraform_root(), "init", "-input=false", "-reconfigure", backend)
    except TerraformError as error:
        raise SluiceError(errors.describe_error(error.stderr, environment)) from error


def apply(environment: str, values: Mapping[str, Any]) -> None:
    """Run `terraform apply` without questions.

    Args:
        environment: Name of the environment whose tfvars apply.
        values: Values of variables, which go before those of the tfvars.

    Raises:
        TerraformError: The apply failed.
    """
    variables = [
        f"-var={name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in values.items()
    ]
    options = ("-input=false", "-auto-approve", f"-var-file=environments/{environment}.tfvars")
    runner.capture(terraform_root(), "apply", *options, *variables)


def read_outputs() -> dict[str, Any]:
    """Return the root's outputs by name. Raises SluiceError when nothing is applied."""
    if not (outputs := read_outputs_if_any()):
        raise SluiceError("Nothing is applied here yet: run `make apply ENV=local` (or another ENV) first.")
    return outputs


def read_outputs_if_any() -> dict[str, Any]:
    """Return the root's outputs by name; an empty dictionary when nothing is applied. Raises TerraformError."""
    outputs = json.loads(runner.capture(terraform_root(), "output", "-json"))
    return {name: output["value"] for name, output in outputs.items()}
