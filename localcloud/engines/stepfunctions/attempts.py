"""Retry and Catch: what becomes of a state that failed."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.errors import StateError

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch

Attempt = Callable[["Branch", dict[str, Any], Any], tuple[Any, str | None]]


def guarded(branch: "Branch", state: dict[str, Any], data: Any, attempt: Attempt) -> tuple[Any, str | None]:
    """What an attempt at a state gives: its output and the next state's name, of the last attempt or of a Catch."""
    retriers, position = state.get("Retry", []), branch.context["State"]
    used = [0] * len(retriers)
    while True:
        branch.context["State"] = {**position, "RetryCount": sum(used)}
        try:
            return attempt(branch, state, data)
        except StateError as error:
            number = _first(retriers, error)
            if number is not None and used[number] < retriers[number].get("MaxAttempts", 3):
                branch.scope.sleep(delay(retriers[number], used[number]))
                used[number] += 1
                continue
            catchers = state.get("Catch", [])
            caught = _first(catchers, error)
            if caught is None:
                raise
            catcher = catchers[caught]
            output = {"Error": error.error, "Cause": error.cause}
            path = catcher.get("ResultPath", "$")
            return data if path is None else jsonpath.put(path, data, output), catcher["Next"]


def delay(retrier: dict[str, Any], used: int) -> float:
    """Seconds to wait before the next retry, after `used` of them."""
    seconds: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** used
    seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
    return random.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds  # noqa: S311


def _first(rules: list[dict[str, Any]], error: StateError) -> int | None:
    return next((number for number, rule in enumerate(rules) if error.matches(rule["ErrorEquals"])), None)
