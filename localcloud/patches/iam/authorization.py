"""Hooks into ministack's authorization of a request, for patches that change which permissions it needs.

A patch adds rules: which IAM action a request is, which condition keys it has, and which permissions it needs besides.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region


@dataclass(frozen=True)
class Permission:
    """A permission that a request needs.

    Attributes:
        action: IAM action, for example "sqs:SendMessage".
        resource: ARN of the resource, or "*".
        context: Condition keys and their values.
    """

    action: str
    resource: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """The request that is authorized; `body` is its JSON object, or empty."""

    service: str
    path: str
    body: Mapping[str, Any]

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in the request's account and region."""
        return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


ActionRule = Callable[[str, str, str], str | None]
ContextRule = Callable[[Request, Permission], Mapping[str, Any]]
PermissionRule = Callable[[Request, Permission], Iterable[Permission]]

_request: ContextVar[Request | None] = ContextVar("request", default=None)
_denied: ContextVar[Permission | None] = ContextVar("denied", default=None)
_action_rules: list[ActionRule] = []
_context_rules: list[ContextRule] = []
_permission_rules: list[PermissionRule] = []


def add_action_rule(rule: ActionRule) -> None:
    """Add a rule that names the IAM action of a request.

    Args:
        rule: Gets the service, the HTTP method and the path; returns None to leave the request to other rules and
            ministack.
    """
    _action_rules.append(rule)


def add_context_rule(rule: ContextRule) -> None:
    """Add a rule that returns further condition keys of a permission."""
    _context_rules.append(rule)


def add_permission_rule(rule: PermissionRule) -> None:
    """Add a rule that returns further permissions that a request needs."""
    _permission_rules.append(rule)


def install() -> None:
    """Let ministack ask the rules. Call this once, before patches are applied."""
    extract_action, enforce, deny = (
        iam_actions.extract_iam_action,
        iam_evaluator.enforce,
        iam_actions.access_denied_response,
    )

    def extract_action_by_rules(
        service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any
    ) -> str | None:
        _request.set(Request(service, path, _parse_json(body)))
        named = next(filter(None, (rule(service, method, path) for rule in _action_rules)), None)
        action: str | None = named or extract_action(service, method, path, headers, body, *rest)
        return action

    def enforce_with_rules(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any
    ) -> Any:
        request, context = _request.get(), more.get("service_context") or {}
        if request is None:
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=context)
        permission = Permission(action, resource_arn, context)
        added = _merge(rule(request, permission) for rule in _context_rules)
        permission = Permission(action, resource_arn, {**context, **added})
        further = (needed for rule in _permission_rules for needed in rule(request, permission))
        for needed in (permission, *further):
            denied = enforce(
                key, needed.action, service, region, resource_arn=needed.resource, service_context=dict(needed.context)
            )
            if denied:
                _denied.set(needed)
                return denied
        return None

    def deny_with_permission(service: str, action: str, *rest: Any, **named: Any) -> Any:
        needed = _denied.get()
        if needed is None:
            return deny(service, action, *rest, **named)
        return deny(service, needed.action, *rest, **named | {"resource_arn": needed.resource})

    iam_actions.extract_iam_action = extract_action_by_rules
    iam_evaluator.enforce = enforce_with_rules
    iam_actions.access_denied_response = deny_with_permission


def _merge(mappings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for mapping in mappings for name, value in mapping.items()}


def _parse_json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
