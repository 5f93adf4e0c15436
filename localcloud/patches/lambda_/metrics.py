"""Patch of the metrics that Lambda publishes for functions."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.lambda_ import arn
from localcloud.patches.registry import patch

NAMESPACE = "AWS/Lambda"

_running: Counter[str] = Counter()
_lock = threading.Lock()


@patch("function_metrics")
def apply_function_metrics(_: Cloud) -> None:
    """Record the metrics of every invocation, by function, version, alias and executed version.

    AWS: counts every invocation by FunctionName, Resource (version or alias) and ExecutedVersion; Duration excludes the
        start of the sandbox, and "invocation requests that are throttled ... don't count as Invocations or Errors"
        (Lambda Developer Guide, "Using CloudWatch metrics with Lambda").
    ministack: counts only calls of Invoke, including throttled ones, and only by function; Duration includes the wait
        for a sandbox and its start; ConcurrentExecutions is missing.
    Upstream: could be offered.
    """
    execute = lambda_svc._execute_function

    def execute_and_measure(record: dict[str, Any], event: Any) -> Any:
        config = record.get("config") or record
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(record, event)  # calls this function again, in the function's account and region
        with _count_running(config["FunctionName"]) as (of_function, total):
            response: dict[str, Any] = execute(record, event)
        _record_invocation(config, response)
        if not response.get("throttle"):
            dimensions = {"FunctionName": config["FunctionName"]}
            cloudwatch.record_metric(NAMESPACE, "ConcurrentExecutions", total, "Count", {})
            cloudwatch.record_metric(NAMESPACE, "ConcurrentExecutions", of_function, "Count", dimensions)
        return response

    lambda_svc._emit_lambda_metrics = lambda *_, **__: None
    lambda_svc._execute_function = execute_and_measure


@contextlib.contextmanager
def _count_running(name: str) -> Iterator[tuple[int, int]]:
    """Count an event while it runs; yield how many run of this function and of all functions, including it."""
    with _lock:
        _running[name] += 1
        counts = _running[name], _running.total()
    try:
        yield counts
    finally:
        with _lock:
            _running[name] -= 1


def _record_invocation(config: dict[str, Any], response: dict[str, Any]) -> None:
    values = [("Throttles", float(bool(response.get("throttle"))), "Count")]
    if not response.get("throttle"):
        values += [("Invocations", 1.0, "Count"), ("Errors", float(bool(response.get("error"))), "Count"),
                   ("Duration", response.get("milliseconds", 0.0), "Milliseconds")]  # fmt: skip
    for dimensions in _list_dimensions(config):
        for name, value, unit in values:
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)


def _list_dimensions(config: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the sets of dimensions under which an invocation is recorded."""
    name, version = config["FunctionName"], config["Version"]
    _, qualifier = arn.split_qualifier(config["FunctionArn"])
    by_resource = {"FunctionName": name, "Resource": f"{name}:{qualifier}" if qualifier else name}
    yield {}
    yield {"FunctionName": name}
    yield by_resource
    if qualifier and qualifier != version:
        yield {**by_resource, "ExecutedVersion": version}
