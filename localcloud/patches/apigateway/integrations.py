"""Patches of an HTTP API's endpoint and of its integrations with Lambda and Step Functions."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import apigateway, lambda_svc, stepfunctions

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.registry import patch
from localcloud.settings import API_PATH

START_EXECUTION = "StepFunctions-StartExecution"
JSON = {"Content-Type": "application/json"}

_EXPRESSION = re.compile(r"\$request\.(body|header|querystring|path)(?:\.(.+))?")


@patch("api_endpoint")
def apply_api_endpoint(cloud: Cloud) -> None:
    """Return an ApiEndpoint that any HTTP client can call.

    AWS: `ApiEndpoint` can be called as it is returned (API Gateway Developer Guide, "Invoke HTTP APIs").
    ministack: returns a host under `.localhost`, which not every resolver knows.
    Upstream: not offered: the endpoint is a path of this cloud's own endpoint.
    """
    create = apigateway._create_api

    def create_with_endpoint(data: dict[str, Any]) -> Any:
        response = create(data)
        if response[0] != 201:
            return response
        record = apigateway._apis[json.loads(response[2])["apiId"]]
        if record["protocolType"] == "HTTP":
            record["apiEndpoint"] = f"{cloud.endpoint}{API_PATH}{record['apiId']}"
        return apigateway._apigw_response(record, 201)

    apigateway._create_api = create_with_endpoint


@patch("api_function_errors")
def apply_api_function_errors(_: Cloud) -> None:
    """Answer 500 without details when the function fails.

    AWS: answers 500 `{"message":"Internal Server Error"}` (API Gateway Developer Guide, "Troubleshooting issues with
        HTTP API Lambda integrations").
    ministack: answers with the function's error and stack trace.
    Upstream: could be offered.
    """
    convert = lambda_svc.lambda_execute_result_to_api_proxy_response

    def convert_without_details(result: dict[str, Any]) -> Any:
        if result.get("error") and not result.get("throttle"):
            return {"statusCode": 500, "body": '{"message":"Internal Server Error"}'}, None
        return convert(result)

    lambda_svc.lambda_execute_result_to_api_proxy_response = convert_without_details


@patch("start_execution", after=["api_permission"])
def apply_start_execution(_: Cloud) -> None:
    """Start executions of state machines from an HTTP API.

    AWS: the integration subtype `StepFunctions-StartExecution` starts an execution under the integration's role (API
        Gateway Developer Guide, "Create AWS service integrations for HTTP APIs").
    ministack: treats the integration as a Lambda function and drops its subtype and credentials, so Terraform plans to
        replace it on every run.
    Upstream: could be offered.
    """
    invoke_proxy = apigateway._invoke_lambda_proxy

    async def invoke_or_start(
        integration: Any, api: str, stage: str, path: str, method: str, headers: Any, body: bytes, query: Any,
        route: str = "$default", path_values: Any = None, **rest: Any,
    ) -> Any:  # fmt: skip
        if integration.get("integrationSubtype") != START_EXECUTION:
            return await invoke_proxy(
                integration, api, stage, path, method, headers, body, query, route, path_values, **rest
            )
        sources = {"header": headers, "path": path_values or {},
                   "querystring": {name: ",".join(values) for name, values in (query or {}).items()}}  # fmt: skip
        return _start_execution(integration, sources, body)

    apigateway._invoke_lambda_proxy = invoke_or_start
    apigateway._create_integration = _keep_service_integration(apigateway._create_integration)
    apigateway._update_integration = _keep_service_integration(apigateway._update_integration)


def _start_execution(integration: dict[str, Any], sources: Mapping[str, Mapping[str, str]], body: bytes) -> Any:
    """Start the requested execution; return status, headers and body of the response."""
    parameters = integration.get("requestParameters") or {}
    values = {name: _resolve(expression, sources, body) for name, expression in parameters.items()}
    machine, role = values["StateMachineArn"] or "", integration.get("credentialsArn", "")
    if not service_role.is_allowed(role, "apigateway.amazonaws.com", "states:StartExecution", machine):
        return 500, JSON, json.dumps({"message": "Internal Server Error"}).encode()
    request = {"stateMachineArn": machine, "input": values.get("Input") or "{}", "name": values.get("Name")}
    status, _, response = stepfunctions._start_execution({name: value for name, value in request.items() if value})
    return status, JSON, response


def _resolve(expression: str, sources: Mapping[str, Mapping[str, str]], body: bytes) -> str | None:
    """Return the part of the request that the value of a request parameter selects, or else the value itself."""
    selection = _EXPRESSION.fullmatch(expression)
    if selection is None:
        return expression
    source, name = selection.groups()
    if source != "body":
        return sources[source].get(name)
    if name is None:
        return (body or b"").decode()
    value = json.loads(body or b"{}")
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _keep_service_integration(change: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function that changes an integration: keep the subtype and the credentials, which ministack drops."""

    @functools.wraps(change)
    def change_and_keep(api: str, *arguments: Any) -> Any:
        data, response = arguments[-1], change(api, *arguments)
        if response[0] >= 300:
            return response
        record = apigateway._integrations[api][json.loads(response[2])["integrationId"]]
        record.update({key: data[key] for key in ("integrationSubtype", "credentialsArn") if data.get(key)})
        if record.get("integrationSubtype"):
            for key in ("integrationMethod", "integrationUri"):
                if not data.get(key):
                    record.pop(key, None)
        return apigateway._apigw_response(record, response[0])

    return change_and_keep
