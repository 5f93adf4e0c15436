"""An HTTP API may start a state machine itself, under a role; ministack takes the integration for a Lambda function.

It also forgets what makes it one (subtype, credentials), so Terraform plans to replace it for ever.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import apigateway, stepfunctions

from localcloud.patches import service_role
from localcloud.patches.cloud import Cloud

SUBTYPE = "StepFunctions-StartExecution"
EXPRESSION = re.compile(r"\$request\.(body|header|querystring|path)(?:\.(.+))?")
JSON = {"Content-Type": "application/json"}


def apply(_: Cloud) -> None:
    proxy = apigateway._invoke_lambda_proxy

    async def invoke(
        integration: Any, api: str, stage: str, path: str, method: str, headers: Any, body: bytes, query: Any,
        route: str = "$default", path_values: Any = None, **rest: Any,
    ) -> Any:  # fmt: skip
        if integration.get("integrationSubtype") != SUBTYPE:
            return await proxy(integration, api, stage, path, method, headers, body, query, route, path_values, **rest)
        sources = {"header": headers, "path": path_values or {},
                   "querystring": {name: ",".join(values) for name, values in (query or {}).items()}}  # fmt: skip
        return _start(integration, sources, body)

    apigateway._invoke_lambda_proxy = invoke
    apigateway._create_integration = _kept(apigateway._create_integration)
    apigateway._update_integration = _kept(apigateway._update_integration)


def _start(integration: dict[str, Any], sources: Mapping[str, Mapping[str, str]], body: bytes) -> Any:
    """Start the execution that a request asks for; (status, headers, body)."""
    parameters = integration.get("requestParameters") or {}
    values = {name: _value(expression, sources, body) for name, expression in parameters.items()}
    machine, role = values["StateMachineArn"] or "", integration.get("credentialsArn", "")
    if not service_role.allows(role, "apigateway.amazonaws.com", "states:StartExecution", machine):
        return 500, JSON, json.dumps({"message": "Internal Server Error"}).encode()
    request = {"stateMachineArn": machine, "input": values.get("Input") or "{}", "name": values.get("Name")}
    status, _, answer = stepfunctions._start_execution({name: value for name, value in request.items() if value})
    return status, JSON, answer


def _value(expression: str, sources: Mapping[str, Mapping[str, str]], body: bytes) -> str | None:
    """A parameter's value: the expression itself, or the part of the request that it selects."""
    selected = EXPRESSION.fullmatch(expression)
    if selected is None:
        return expression
    source, name = selected.groups()
    if source != "body":
        return sources[source].get(name)
    if name is None:
        return (body or b"").decode()
    value = json.loads(body or b"{}")
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _kept(change: Callable[..., Any]) -> Callable[..., Any]:
    """`change` an integration, then keep what ministack does not know and drop what it made up."""

    @functools.wraps(change)
    def changed(api: str, *arguments: Any) -> Any:
        data, answer = arguments[-1], change(api, *arguments)
        if answer[0] >= 300:
            return answer
        record = apigateway._integrations[api][json.loads(answer[2])["integrationId"]]
        record.update({key: data[key] for key in ("integrationSubtype", "credentialsArn") if data.get(key)})
        if record.get("integrationSubtype"):
            for key in ("integrationMethod", "integrationUri"):
                if not data.get(key):
                    record.pop(key, None)
        return apigateway._apigw_response(record, answer[0])

    return changed
