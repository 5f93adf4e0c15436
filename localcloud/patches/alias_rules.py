"""An alias points to versions that exist, to at most two, and then of one role; ministack takes anything.

"You can point an alias to a maximum of two Lambda function versions. Both versions must have the same execution role,
both must have the same dead-letter queue configuration, or none, both versions must be published. The alias cannot
point to $LATEST" (Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias").
"""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud

LATEST = "$LATEST"
SHARED = ("Role", "DeadLetterConfig")


def apply(_: Cloud) -> None:
    create, update = lambda_svc._create_alias, lambda_svc._update_alias

    def created(name: str, data: dict[str, Any]) -> Any:
        return _refusal(name, data) or create(name, data)

    def updated(name: str, alias: str, data: dict[str, Any]) -> Any:
        known = (lambda_svc._functions.get(name) or {"aliases": {}})["aliases"].get(alias) or {}
        return _refusal(name, {**known, **data}) or update(name, alias, data)

    lambda_svc._create_alias, lambda_svc._update_alias = created, updated


def _refusal(name: str, alias: dict[str, Any]) -> Any:
    """Lambda's answer to an alias that cannot be, or None."""
    function = lambda_svc._functions.get(name)
    if function is None:
        return None
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    targets = [alias.get("FunctionVersion", LATEST), *weights]
    for version in targets:
        if version != LATEST and version not in function["versions"]:
            message = f"Function not found: {lambda_svc._func_arn(name)}:{version}"
            return error_response_json("ResourceNotFoundException", message, 404)
    if weights and (sentence := _objection(function, targets, weights)):
        return error_response_json("InvalidParameterValueException", sentence, 400)
    return None


def _objection(function: dict[str, Any], targets: list[str], weights: dict[str, float]) -> str | None:
    if LATEST in targets:
        return "$LATEST is not supported for an alias pointing to more than 1 version"
    if len(targets) > 2:
        return "Number of items in AdditionalVersionWeights cannot be greater than 1"
    if targets[0] == targets[1]:
        return f"Version {targets[0]} already exists in the alias: AdditionalVersionWeights must name another"
    if not all(0 <= weight <= 1 for weight in weights.values()):
        return f"AdditionalVersionWeights must lie between 0.0 and 1.0: {weights}"
    first, second = (function["versions"][version]["config"] for version in targets)
    differing = [key for key in SHARED if first.get(key) != second.get(key)]
    return f"Both versions of a weighted alias must have the same {differing[0]}" if differing else None
