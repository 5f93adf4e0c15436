"""An environment to operate: its AWS account and region, its Terraform state, and the outputs of that."""

import os
from functools import cached_property
from typing import Any, Self

import boto3
from botocore.config import Config
from rich.console import Console

from sluice.errors import SluiceError
from sluice.terraform import backend, errors, stack
from sluice.terraform.runner import TerraformError

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=10)


class Environment:
    """An environment of terraform/environments, for which `open` has prepared this process and Terraform."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._clients: dict[str, Any] = {}

    @classmethod
    def open(cls, name: str) -> Self:
        """Direct this process and its Terraform to an environment.

        The environment `local` is the local cloud that `make up` started, unless AWS_ENDPOINT_URL names another
        endpoint. All others are reached with the caller's AWS credentials. TF_DATA_DIR is used if it is set and belongs
        to this environment.

        Args:
            name: The environment's name.

        Raises:
            SluiceError: If no local cloud is running, or Terraform cannot be initialized.
        """
        if name == "local" and not os.environ.get("AWS_ENDPOINT_URL"):
            backend.use_local_cloud()
        is_initialized = backend.select(name)
        environment = cls(name)
        if not is_initialized:
            environment._initialize()
        return environment

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Terraform's outputs by name. Raises SluiceError if nothing is applied."""
        if not (outputs := self.outputs_if_any):
            raise SluiceError(f"Nothing is applied in {self.name}: run `make apply ENV={self.name}` first.")
        return outputs

    @cached_property
    def outputs_if_any(self) -> dict[str, Any]:
        """Terraform's outputs by name; empty before the first apply. Raises SluiceError if Terraform fails."""
        try:
            return self._read_outputs()
        except TerraformError as error:
            raise SluiceError(errors.describe_error(error.stderr, self.name)) from error

    def output(self, name: str) -> Any:
        """Return one of Terraform's outputs.

        Raises:
            SluiceError: If nothing is applied, or an older version of Terraform's root, which lacks this output.
        """
        if name not in self.outputs:
            raise SluiceError(
                f"The environment {self.name} was applied without the output {name!r}, which this command needs: run "
                f"`make apply ENV={self.name}`."
            )
        return self.outputs[name]

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service, which retries throttled calls; it is created once."""
        if service not in self._clients:
            self._clients[service] = boto3.Session().client(service, config=_CONFIG)
        return self._clients[service]

    def _read_outputs(self) -> dict[str, Any]:
        try:
            return stack.read_outputs_if_any()
        except TerraformError as error:
            if "terraform init" not in error.stderr:
                raise
            self._initialize()  # an earlier init was interrupted, or another version of Terraform ran it
            return stack.read_outputs_if_any()

    def _initialize(self) -> None:
        with Console(stderr=True).status(f"Initializing Terraform for {self.name}"):  # shown on a terminal only
            stack.initialize(self.name)


def build_log_group_name(function: str) -> str:
    """Return the name of a function's log group."""
    return f"/aws/lambda/{function}"
