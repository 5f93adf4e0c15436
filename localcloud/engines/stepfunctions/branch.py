"""Runs one state after another, with Retry and Catch: an execution, a branch of Parallel or an iteration of Map."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.payload import Resolver, to_bounded_json
from localcloud.engines.stepfunctions.platform import Platform

CAUSE_PREFIX = "An error occurred while executing the state"

StateResult = tuple[Any, str | None]  # a state's output and the name of the next state
StateHandler = Callable[["Branch", dict[str, Any], Any], StateResult]


@dataclass
class Branch:
    """One thread of control.

    Attributes:
        scope: The scope whose cancellation ends the branch.
        context: The context object, which `$$` refers to.
        handlers: Functions that run a state, by the state's Type.
        last: The id of the event that was added last.
    """

    platform: Platform
    history: History
    scope: CancelScope
    context: dict[str, Any]
    handlers: Mapping[str, StateHandler]
    last: int = 1

    def run(self, machine: dict[str, Any], data: Any) -> Any:
        """Run a state machine, or a part of one, and return its output.

        Raises:
            StateError: A state failed.
            CancelledError: The scope was cancelled.
        """
        name: str | None = machine["StartAt"]
        while name is not None:
            self.scope.check()
            data, name = self._run_state(name, machine["States"][name], data)
        return data

    def fork(self, scope: CancelScope, **context: Any) -> "Branch":
        """Create a branch that starts after the current event."""
        return Branch(self.platform, self.history, scope, {**self.context, **context}, self.handlers, self.last)

    def add_event(self, kind: str, **details: Any) -> None:
        """Add an event to the history."""
        self.last = self.history.append(kind, self.last, details)

    def create_resolver(self, data: Any) -> Resolver:
        """Create a resolver for which `$` is `data`."""
        return Resolver(self.platform, data, self.context)

    def _run_state(self, name: str, state: dict[str, Any], data: Any) -> StateResult:
        kind = state["Type"]
        self.context["State"] = {"Name": name, "EnteredTime": self.platform.now(), "RetryCount": 0}
        self.add_event(f"{kind}StateEntered", name=name, input=to_bounded_json(data, f"input of the state '{name}'"),
                       inputDetails={"truncated": False})  # fmt: skip
        try:
            output, following = self._run_with_retries(state, data)
        except StateError as error:
            if not error.terminal:
                raise
            if error.cause.startswith(CAUSE_PREFIX):  # a state of an inner branch has added it
                raise
            raise StateError(error.error, f"{CAUSE_PREFIX} '{name}'. {error.cause}") from None
        self.add_event(f"{kind}StateExited", name=name, output=to_bounded_json(output, f"output of the state '{name}'"),
                       outputDetails={"truncated": False})  # fmt: skip
        return output, following

    def _run_with_retries(self, state: dict[str, Any], data: Any) -> StateResult:
        retriers, position = state.get("Retry", []), self.context["State"]
        retries = [0] * len(retriers)
        while True:
            self.context["State"] = {**position, "RetryCount": sum(retries)}
            try:
                return self.handlers[state["Type"]](self, state, data)
            except StateError as error:
                index = _find_match(retriers, error)
                if index is not None and retries[index] < retriers[index].get("MaxAttempts", 3):
                    self.scope.sleep(compute_delay(retriers[index], retries[index]))
                    retries[index] += 1
                    continue
                catchers = state.get("Catch", [])
                caught = _find_match(catchers, error)
                if caught is None:
                    raise
                return _apply_catcher(catchers[caught], error, data)


def compute_delay(retrier: dict[str, Any], retries: int) -> float:
    """Compute the seconds to wait before the next retry.

    Args:
        retrier: An element of Retry.
        retries: The number of retries that this retrier has already caused.
    """
    seconds: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retries
    seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
    return random.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds  # noqa: S311


def _find_match(rules: list[dict[str, Any]], error: StateError) -> int | None:
    return next((index for index, rule in enumerate(rules) if error.matches(rule["ErrorEquals"])), None)


def _apply_catcher(catcher: dict[str, Any], error: StateError, data: Any) -> StateResult:
    output = {"Error": error.error, "Cause": error.cause}
    path = catcher.get("ResultPath", "$")
    return data if path is None else jsonpath.insert_value(path, data, output), catcher["Next"]
