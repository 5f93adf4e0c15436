"""One environment as the command line meets it: whose account, which state, which addresses."""

import os
from functools import cached_property
from typing import Any, Self

import boto3
from botocore.config import Config
from rich.console import Console

from sluice.errors import SluiceError
from sluice.terraform import backend, errors, stack
from sluice.terraform.runner import TerraformError

# Throttled calls are repeated, later each time; what is thrown after that is told.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=10)


class Environment:
    """An environment that was opened; `name` is the one of terraform/environments/."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._clients: dict[str, Any] = {}

    @classmethod
    def open(cls, name: str) -> Self:
        """Point this process and its Terraform at an environment. Raises SluiceError when that is not possible.

        local: at the cloud of `make up`, unless AWS_ENDPOINT_URL names another; otherwise the caller's own credentials
        are used as they are. TF_DATA_DIR, where it is set, is taken if it belongs to this environment.
        """
        if name == "local" and not os.environ.get("AWS_ENDPOINT_URL"):
            backend.use_local_cloud()
        initialised = backend.select(name)
        deployed = cls(name)
        if not initialised:
            deployed._initialise()
        return deployed

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Terraform's outputs by name. Raises SluiceError when nothing is applied."""
        if not (outputs := self.outputs_if_any):
            raise SluiceError(f"Nothing is applied in {self.name}: run `make apply ENV={self.name}` first.")
        return outputs

    @cached_property
    def outputs_if_any(self) -> dict[str, Any]:
        """Terraform's outputs by name; none before the first apply."""
        try:
            return self._read()
        except TerraformError as error:
            raise SluiceError(errors.describe_error(error.complaint, self.name)) from error

    def output(self, name: str) -> Any:
        """One output. Raises SluiceError when what is applied is older than this command and lacks it."""
        if name not in self.outputs:
            raise SluiceError(
                f"What is applied in {self.name} has no output {name!r}: run `make apply ENV={self.name}`."
            )
        return self.outputs[name]

    def client(self, service: str) -> Any:
        """A boto3 client of a service, made once."""
        if service not in self._clients:
            self._clients[service] = boto3.Session().client(service, config=_CONFIG)
        return self._clients[service]

    def _read(self) -> dict[str, Any]:
        try:
            return stack.read_outputs_if_any()
        except TerraformError as error:
            if "terraform init" not in error.complaint:
                raise
            self._initialise()  # the folder was left half made, or by another Terraform
            return stack.read_outputs_if_any()

    def _initialise(self) -> None:
        with Console(stderr=True).status(f"Setting up Terraform for {self.name}"):  # shown on a terminal only
            stack.initialise(self.name)
