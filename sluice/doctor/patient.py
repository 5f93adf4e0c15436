"""The environment that is looked at, as far as it can be reached."""

import os
from functools import cached_property
from typing import Any

from sluice.environment import Environment
from sluice.errors import SluiceError


class NotLookedAt(Exception):  # noqa: N818 - no error of the check's own
    """What the check would look at cannot be reached; another check says why."""


class Patient:
    """An environment by its name; nothing is asked of anyone before a check does."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def problem(self) -> SluiceError | None:
        """Why the environment cannot be opened; tried once."""
        try:
            self._deployed = Environment.open(self.name)
        except SluiceError as problem:
            self._deployed = Environment(self.name)
            return problem
        return None

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Terraform's outputs; none when nothing is applied. Raises SluiceError."""
        if self.problem is not None:
            raise self.problem
        return self._deployed.outputs_if_any

    def output(self, name: str) -> Any:
        """One output. Raises NotLookedAt without it."""
        try:
            return self.outputs[name]
        except SluiceError as problem:
            raise NotLookedAt("the environment cannot be read (see applied)") from problem
        except KeyError as missing:
            raise NotLookedAt(f"nothing is applied that has the output {name!r} (see applied)") from missing

    @cached_property
    def triggers(self) -> list[dict[str, Any]]:
        """What gives the worker its images, as Lambda has it."""
        named = f"{self.output('functions')['worker']}:live"
        found = self.client("lambda").list_event_source_mappings(FunctionName=named)
        return list(found["EventSourceMappings"])

    def client(self, service: str) -> Any:
        """A client of a service. Raises SluiceError for the local cloud when none runs: nobody means AWS then."""
        problem = self.problem
        if problem is not None and self.name == "local" and not os.environ.get("AWS_ENDPOINT_URL"):
            raise NotLookedAt("no local cloud runs (see local cloud)")
        return self._deployed.client(service)
