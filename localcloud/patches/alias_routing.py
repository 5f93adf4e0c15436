"""An alias with weights sends each invocation to one of its two versions; ministack always to the first.

So it is for every caller: Invoke, an API, a queue's mapping, a state machine. The function sees the ARN that was
invoked, the answer names the version that ran, and a function's reserved concurrency holds for all its versions.
"""

import contextlib
import contextvars
import random
from collections.abc import Iterator
from typing import Any

from ministack.services import lambda_svc

from localcloud.patches import function_arn
from localcloud.patches.cloud import Cloud

_executed: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("executed-versions", default=None)


def apply(_: Cloud) -> None:
    find, execute, invoke = (
        lambda_svc._effective_func_record_for_qualifier, lambda_svc._execute_function, lambda_svc._invoke
    )  # fmt: skip

    def find_named(function: Any, qualifier: str | None) -> Any:
        record, config = find(function, qualifier)
        alias = function["aliases"].get(qualifier) if record else None
        if alias is None:
            return record, config
        config = {**config, "FunctionArn": alias["AliasArn"]}
        return {**record, "config": config}, config

    def execute_routed(record: dict[str, Any], event: Any) -> Any:
        config = record.get("config") or record
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(record, event)  # which comes back here in the function's own account and region
        routed = _routed(record, config)
        if (versions := _executed.get()) is not None:
            versions.append(routed["config"]["Version"])
        return execute(routed, event)

    async def invoke_named(*arguments: Any, **rest: Any) -> Any:
        with executed() as versions:
            status, headers, body = await invoke(*arguments, **rest)
        return status, {**headers, **({"X-Amz-Executed-Version": versions[0]} if versions else {})}, body

    lambda_svc._effective_func_record_for_qualifier = find_named
    lambda_svc._execute_function = execute_routed
    lambda_svc._invoke = invoke_named


@contextlib.contextmanager
def executed() -> Iterator[list[str]]:
    """The versions that are run while this lasts, in order."""
    versions: list[str] = []
    token = _executed.set(versions)
    try:
        yield versions
    finally:
        _executed.reset(token)


def _routed(record: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """What runs when `config`'s ARN is invoked: `record`, or for an alias one of its versions, under that ARN."""
    _, qualifier = function_arn.split(config["FunctionArn"])
    function = lambda_svc._functions.get(config["FunctionName"]) or record
    alias = (function.get("aliases") or {}).get(qualifier)
    if alias is not None:
        version = _drawn(alias)
        record = function["versions"].get(version) or function
        config = {**record["config"], "FunctionArn": config["FunctionArn"]}
    return {**record, "config": config, "concurrency": function.get("concurrency")}


def _drawn(alias: dict[str, Any]) -> str:
    """A version of an alias, by the weights."""
    weights: dict[str, float] = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    rest = max(0.0, 1.0 - sum(weights.values()))
    first: str = alias["FunctionVersion"]
    return random.choices([*weights, first], [*weights.values(), rest])[0]  # noqa: S311 # no secret
