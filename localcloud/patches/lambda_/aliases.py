"""Patches of aliases: which versions they may point to, and how they route invocations."""

import contextlib
import contextvars
import random
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.lambda_ import arn
from localcloud.patches.registry import patch

LATEST = "$LATEST"
SHARED_SETTINGS = ("Role", "DeadLetterConfig")

_executed: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("executed-versions", default=None)


@patch("alias_rules")
def apply_alias_rules(_: Cloud) -> None:
    """Reject aliases of unknown versions, and weighted aliases that AWS does not allow.

    AWS: "You can point an alias to a maximum of two Lambda function versions", published ones with the same execution
        role and dead-letter queue, not `$LATEST` (Lambda Developer Guide, "Implement Lambda canary deployments using a
        weighted alias").
    ministack: accepts any alias.
    Upstream: could be offered.
    """
    create, update = lambda_svc._create_alias, lambda_svc._update_alias

    def create_valid(name: str, data: dict[str, Any]) -> Any:
        return _reject(name, data) or create(name, data)

    def update_valid(name: str, alias: str, data: dict[str, Any]) -> Any:
        current = (lambda_svc._functions.get(name) or {"aliases": {}})["aliases"].get(alias) or {}
        return _reject(name, {**current, **data}) or update(name, alias, data)

    lambda_svc._create_alias, lambda_svc._update_alias = create_valid, update_valid


@patch("alias_routing", after=["function_metrics"])
def apply_alias_routing(_: Cloud) -> None:
    """Route each invocation of an alias to one of its versions by weight, for every kind of caller.

    AWS: a weighted alias routes each invocation to one of its two versions; the function sees the invoked ARN,
        `ExecutedVersion` names the version that ran, and reserved concurrency applies to all versions together (Lambda
        Developer Guide, "Implement Lambda canary deployments using a weighted alias").
    ministack: always runs the first version, with the version's ARN and without the limit.
    Upstream: could be offered.
    """
    find, execute, invoke = (
        lambda_svc._effective_func_record_for_qualifier, lambda_svc._execute_function, lambda_svc._invoke
    )  # fmt: skip

    def find_with_alias_arn(function: Any, qualifier: str | None) -> Any:
        record, config = find(function, qualifier)
        alias = function["aliases"].get(qualifier) if record else None
        if alias is None:
            return record, config
        config = {**config, "FunctionArn": alias["AliasArn"]}
        return {**record, "config": config}, config

    def execute_routed(record: dict[str, Any], event: Any) -> Any:
        config = record.get("config") or record
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(record, event)  # calls this function again, in the function's account and region
        routed = _route(record, config)
        if (versions := _executed.get()) is not None:
            versions.append(routed["config"]["Version"])
        return execute(routed, event)

    async def invoke_with_version(*arguments: Any, **rest: Any) -> Any:
        with record_versions() as versions:
            status, headers, body = await invoke(*arguments, **rest)
        return status, {**headers, **({"X-Amz-Executed-Version": versions[0]} if versions else {})}, body

    lambda_svc._effective_func_record_for_qualifier = find_with_alias_arn
    lambda_svc._execute_function = execute_routed
    lambda_svc._invoke = invoke_with_version


@contextlib.contextmanager
def record_versions() -> Iterator[list[str]]:
    """Yield a list to which the versions that run inside the context are appended, in order."""
    versions: list[str] = []
    token = _executed.set(versions)
    try:
        yield versions
    finally:
        _executed.reset(token)


def _route(record: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return the record to run for the ARN in `config`: of an alias, one of its versions, with the alias's ARN."""
    _, qualifier = arn.split_qualifier(config["FunctionArn"])
    function = lambda_svc._functions.get(config["FunctionName"]) or record
    alias = (function.get("aliases") or {}).get(qualifier)
    if alias is not None:
        version = _choose_version(alias)
        record = function["versions"].get(version) or function
        config = {**record["config"], "FunctionArn": config["FunctionArn"]}
    return {**record, "config": config, "concurrency": function.get("concurrency")}


def _choose_version(alias: dict[str, Any]) -> str:
    weights: dict[str, float] = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    rest = max(0.0, 1.0 - sum(weights.values()))
    first: str = alias["FunctionVersion"]
    return random.choices([*weights, first], [*weights.values(), rest])[0]  # noqa: S311 # not a secret


def _reject(name: str, alias: dict[str, Any]) -> Any:
    """Return Lambda's error response for an invalid alias, or None."""
    function = lambda_svc._functions.get(name)
    if function is None:
        return None
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    targets = [alias.get("FunctionVersion", LATEST), *weights]
    for version in targets:
        if version != LATEST and version not in function["versions"]:
            message = f"Function not found: {lambda_svc._func_arn(name)}:{version}"
            return error_response_json("ResourceNotFoundException", message, 404)
    if weights and (message := _check_weights(function, targets, weights)):
        return error_response_json("InvalidParameterValueException", message, 400)
    return None


def _check_weights(function: dict[str, Any], targets: list[str], weights: dict[str, float]) -> str:
    """Return why a weighted alias is invalid, or "" if it is valid."""
    if LATEST in targets:
        return "$LATEST is not supported for an alias pointing to more than 1 version"
    if len(targets) > 2:
        return "Number of items in AdditionalVersionWeights cannot be greater than 1"
    if targets[0] == targets[1]:
        return f"Version {targets[0]} already exists in the alias: AdditionalVersionWeights must name another"
    if not all(0 <= weight <= 1 for weight in weights.values()):
        return f"AdditionalVersionWeights must be between 0.0 and 1.0: {weights}"
    first, second = (function["versions"][version]["config"] for version in targets)
    differing = [key for key in SHARED_SETTINGS if first.get(key) != second.get(key)]
    return f"Both versions of a weighted alias must have the same {differing[0]}" if differing else ""
