"""The environment that checks examine, and the results that they yield."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sluice.environment import Environment
from sluice.errors import SluiceError


class Status(StrEnum):
    """`warn` is a condition that works but needs attention; `fail` is one that does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: its status, a message, and the fix unless the status is ok."""

    status: Status
    message: str
    fix: str = ""


CheckResults = Iterator[CheckResult]


def ok(message: str) -> CheckResult:
    """Return a result for a condition that is as it should be."""
    return CheckResult(Status.OK, message)


def warn(message: str, fix: str) -> CheckResult:
    """Return a result for a condition that works but needs attention."""
    return CheckResult(Status.WARN, message, fix)


def fail(message: str, fix: str) -> CheckResult:
    """Return a result for a condition that does not work."""
    return CheckResult(Status.FAIL, message, fix)


class SkippedError(Exception):
    """A check cannot be run, for a reason that another check reports."""


class Context:
    """An environment by its name; nothing is read before a check needs it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def problem(self) -> SluiceError | None:
        """Why the environment cannot be opened; None if it is open."""
        try:
            self._environment = Environment.open(self.name)
        except SluiceError as problem:
            self._environment = Environment(self.name)
            return problem
        return None

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Terraform's outputs; empty if nothing is applied. Raises SluiceError if they cannot be read."""
        if self.problem is not None:
            raise self.problem
        return self._environment.outputs_if_any

    def output(self, name: str) -> Any:
        """Return one of Terraform's outputs.

        Raises:
            SkippedError: If it does not exist or cannot be read.
        """
        try:
            return self.outputs[name]
        except SluiceError as problem:
            raise SkippedError("the outputs cannot be read (see the check applied)") from problem
        except KeyError as missing:
            raise SkippedError(f"nothing with the output {name!r} is applied (see the check applied)") from missing

    @cached_property
    def triggers(self) -> list[dict[str, Any]]:
        """The event source mappings of the worker, as Lambda returns them."""
        name = f"{self.output('functions')['worker']}:live"
        reply = self.client("lambda").list_event_source_mappings(FunctionName=name)
        return list(reply["EventSourceMappings"])

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service.

        Raises:
            SkippedError: If the environment is local and no local cloud is running, so that AWS is never called then.
        """
        problem = self.problem
        if problem is not None and self.name == "local" and not os.environ.get("AWS_ENDPOINT_URL"):
            raise SkippedError("no local cloud is running (see the check local cloud)")
        return self._environment.client(service)
