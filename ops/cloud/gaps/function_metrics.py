"""Lambda counts every invocation, also by version and alias; ministack only those of Invoke, by the function's name.

"Resource: view metrics for a function version or alias. ExecutedVersion: compare error rates for two versions of a
function that are both targets of a weighted alias" (Lambda Developer Guide, "Using CloudWatch metrics with Lambda"). A
throttled invocation is not counted as one.
"""

import time
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from ops.cloud.gaps import function_arn
from ops.cloud.gaps.cloud import Cloud

NAMESPACE = "AWS/Lambda"


def close(_: Cloud) -> None:
    execute = lambda_svc._execute_function

    def execute_counted(record: dict[str, Any], event: Any) -> Any:
        config = record.get("config") or record
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(record, event)  # which comes back here in the function's own account and region
        began = time.monotonic()
        answer = execute(record, event)
        _count(config, answer, (time.monotonic() - began) * 1000)
        return answer

    lambda_svc._emit_lambda_metrics = lambda *_, **__: None
    lambda_svc._execute_function = execute_counted


def _count(config: dict[str, Any], answer: dict[str, Any], milliseconds: float) -> None:
    values = [("Throttles", float(bool(answer.get("throttle"))), "Count")]
    if not answer.get("throttle"):
        values += [("Invocations", 1.0, "Count"), ("Errors", float(bool(answer.get("error"))), "Count"),
                   ("Duration", milliseconds, "Milliseconds")]  # fmt: skip
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
