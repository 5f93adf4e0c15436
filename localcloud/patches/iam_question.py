"""IAM's question about a request: gaps add to what it asks, and to the context in which a policy answers."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region


@dataclass(frozen=True)
class Question:
    """May this be done? `context` holds condition keys."""

    action: str
    resource: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """What is being asked about; `body` is its JSON, or empty."""

    service: str
    path: str
    body: Mapping[str, Any]

    def arn(self, service: str, resource: str) -> str:
        """An ARN where the request goes."""
        return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


Context = Callable[[Request, Question], Mapping[str, Any]]
More = Callable[[Request, Question], Iterable[Question]]
Name = Callable[[str, str, str], str | None]

_request: ContextVar[Request | None] = ContextVar("request", default=None)
_refused: ContextVar[Question | None] = ContextVar("refused", default=None)
_contexts: list[Context] = []
_more: list[More] = []
_names: list[Name] = []


def add_context(rule: Context) -> None:
    """Condition keys that a rule finds for a question go with it."""
    _install()
    _contexts.append(rule)


def ask_also(rule: More) -> None:
    """What a rule asks for a question must be allowed, too."""
    _install()
    _more.append(rule)


def name_action(rule: Name) -> None:
    """A rule names the action of a request by its service, method and path; where it gives None, ministack does."""
    _install()
    _names.append(rule)


def _install() -> None:
    if _contexts or _more or _names:
        return
    extract, enforce, refuse = (
        iam_actions.extract_iam_action,
        iam_evaluator.enforce,
        iam_actions.access_denied_response,
    )

    def extracted(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str | None:
        _request.set(Request(service, path, _json(body)))
        named = next(filter(None, (rule(service, method, path) for rule in _names)), None)
        action: str | None = named or extract(service, method, path, headers, body, *rest)
        return action

    def enforced(key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any) -> Any:
        request, given = _request.get(), more.get("service_context") or {}
        if request is None:
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=given)
        question = Question(action, resource_arn, given)
        question = Question(action, resource_arn, {**given, **_merged(rule(request, question) for rule in _contexts)})
        for asked in (question, *(also for rule in _more for also in rule(request, question))):
            denied = enforce(
                key, asked.action, service, region, resource_arn=asked.resource, service_context=dict(asked.context)
            )
            if denied:
                _refused.set(asked)
                return denied
        return None

    def refused(service: str, action: str, *rest: Any, **named: Any) -> Any:
        asked = _refused.get()
        if asked is None:
            return refuse(service, action, *rest, **named)
        return refuse(service, asked.action, *rest, **named | {"resource_arn": asked.resource})

    iam_actions.extract_iam_action = extracted
    iam_evaluator.enforce = enforced
    iam_actions.access_denied_response = refused


def _merged(mappings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for mapping in mappings for name, value in mapping.items()}


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
