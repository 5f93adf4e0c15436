"""One environment as the command line meets it: whose account, which state, which addresses."""

import os
from collections.abc import Callable
from functools import cached_property
from typing import Any, Self, TypeVar

import boto3
from botocore.config import Config
from rich.console import Console

from localcloud import LocalCloud, settings
from sluice.errors import SluiceError
from sluice.terraform import backend, errors
from sluice.terraform import outputs as terraform_outputs
from sluice.terraform.outputs import StackError

# Throttled calls are repeated, later each time; what is thrown after that is told.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=10)

_Done = TypeVar("_Done")


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
            cloud = LocalCloud.find(settings.DEFAULT_DIRECTORY)
            if cloud is None:
                raise SluiceError("No local cloud runs: start one with `make up`, then `make apply ENV=local`.")
            os.environ.pop("AWS_PROFILE", None)  # it may name a profile that this machine lacks
            os.environ |= cloud.environment()
        initialised = backend.choose(name)
        deployed = cls(name)
        if not initialised:
            deployed._terraform(deployed._initialise)
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
        return self._terraform(self._read)

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
            return terraform_outputs.outputs_if_any()
        except StackError as error:
            if "terraform init" not in str(error):
                raise
            self._initialise()  # the folder was left half made, or by another Terraform
            return terraform_outputs.outputs_if_any()

    def _initialise(self) -> None:
        with Console(stderr=True).status(f"Setting up Terraform for {self.name}"):  # shown on a terminal only
            terraform_outputs.initialise(self.name)

    def _terraform(self, do: Callable[[], _Done]) -> _Done:
        """Do it; what Terraform complains about is told in a sentence."""
        try:
            return do()
        except StackError as error:
            raise SluiceError(errors.sentence(str(error), self.name)) from error
