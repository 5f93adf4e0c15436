"""Lambda counts every invocation, also by version and alias; ministack only those of Invoke, by the function's name.

There Duration includes the wait for a sandbox and its start, and ConcurrentExecutions is not measured.

"Resource: view metrics for a function version or alias. ExecutedVersion: compare error rates for two versions of a
function that are both targets of a weighted alias" (Lambda Developer Guide, "Using CloudWatch metrics with Lambda"). A
throttled invocation is not counted as one.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from localcloud.patches import function_arn
from localcloud.patches.cloud import Cloud

NAMESPACE = "AWS/Lambda"

_concurrent: Counter[str] = Counter()
_lock = threading.Lock()


def apply(_: Cloud) -> None:
    execute = lambda_svc._execute_function

    def execute_counted(record: dict[str, Any], event: Any) -> Any:
        config = record.get("config") or record
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(record, event)  # which comes back here in the function's own account and region
        with _running(config["FunctionName"]) as (own, every):
            answer: dict[str, Any] = execute(record, event)
        _count(config, answer)
        if not answer.get("throttle"):
            cloudwatch.record_metric(NAMESPACE, "ConcurrentExecutions", every, "Count", {})
            named = {"FunctionName": config["FunctionName"]}
            cloudwatch.record_metric(NAMESPACE, "ConcurrentExecutions", own, "Count", named)
        return answer

    lambda_svc._emit_lambda_metrics = lambda *_, **__: None
    lambda_svc._execute_function = execute_counted


@contextlib.contextmanager
def _running(name: str) -> Iterator[tuple[int, int]]:
    """Count an event while it is under way; how many of the function are, with it, and of all functions."""
    with _lock:
        _concurrent[name] += 1
        counts = _concurrent[name], _concurrent.total()
    try:
        yield counts
    finally:
        with _lock:
            _concurrent[name] -= 1


def _count(config: dict[str, Any], answer: dict[str, Any]) -> None:
    values = [("Throttles", float(bool(answer.get("throttle"))), "Count")]
    if not answer.get("throttle"):
        values += [("Invocations", 1.0, "Count"), ("Errors", float(bool(answer.get("error"))), "Count"),
                   ("Duration", answer.get("milliseconds", 0.0), "Milliseconds")]  # fmt: skip
    for dimensions in _dimensions(config):
        for name, value, unit in values:
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)


def _dimensions(config: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The sets under which one invocation counts."""
    name, version = config["FunctionName"], config["Version"]
    _, qualifier = function_arn.split(config["FunctionArn"])
    named = {"FunctionName": name, "Resource": f"{name}:{qualifier}" if qualifier else name}
    yield {}
    yield {"FunctionName": name}
    yield named
    if qualifier and qualifier != version:
        yield {**named, "ExecutedVersion": version}
