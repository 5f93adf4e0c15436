"""Patches of who may call an HTTP API, which functions the API may call, and conditions on its tags."""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import authorization
from localcloud.patches.iam.authorization import Permission, Request
from localcloud.patches.registry import patch

SERVICE = "apigateway.amazonaws.com"
INTERNAL_ERROR = b'{"message":"Internal Server Error"}'


@patch("api_access_denied")
def apply_api_access_denied(_: Cloud) -> None:
    """Answer 403 Forbidden, without the reason, to callers without permission.

    AWS: answers 403 `{"message":"Forbidden"}` (API Gateway Developer Guide, "Control access to HTTP APIs with IAM
        authorization").
    ministack: answers with the reason, in another format.
    Upstream: could be offered.
    """
    enforce = app._enforce_execute_api

    def enforce_without_reason(api: str, *arguments: Any, **named: Any) -> Any:
        denied = enforce(api, *arguments, **named)
        return apigateway._jwt_forbidden() if denied and apigateway.find_api_scope(api) else denied

    app._enforce_execute_api = enforce_without_reason


@patch("api_permission")
def apply_api_permission(_: Cloud) -> None:
    """Call a function only if its policy lets API Gateway invoke it for the route.

    AWS: the function's policy must allow apigateway.amazonaws.com `lambda:InvokeFunction` for the route, otherwise the
        API answers 500 (Lambda Developer Guide, "Grant an API Gateway API permission to invoke a function").
    ministack: does not check the policy.
    Upstream: could be offered.
    """
    invoke_proxy = apigateway._invoke_lambda_proxy

    async def invoke_with_permission(
        integration: Any, api: str, stage: str, path: str, method: str, headers: Any, body: bytes, query: Any,
        route: str = "$default", path_values: Any = None, **rest: Any,
    ) -> Any:  # fmt: skip
        function = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        route_path = route.replace(" ", "", 1)  # aws:SourceArn names the route "GET /jobs/{id}" GET/jobs/{id}
        if ":function:" in function and not _may_invoke(function, f"{api}/{stage}/{route_path}"):
            return 500, {"Content-Type": "application/json"}, INTERNAL_ERROR
        return await invoke_proxy(
            integration, api, stage, path, method, headers, body, query, route, path_values, **rest
        )

    apigateway._invoke_lambda_proxy = invoke_with_permission


@patch("api_tags")
def apply_api_tags(_: Cloud) -> None:
    """Evaluate aws:RequestTag and aws:ResourceTag of APIs and stages.

    AWS: has the condition keys `aws:RequestTag` and `aws:ResourceTag` for APIs and stages (Service Authorization
        Reference, "Amazon API Gateway Management V2"). Only REST APIs are documented to pass their tags on to routes
        and integrations, and `/tags/...` has no such key.
    ministack: has neither key.
    Upstream: could be offered.
    """
    authorization.add_context_rule(_tag_keys)


def _may_invoke(function: str, source: str) -> bool:
    """Return whether a function's policy lets API Gateway invoke it; `source` is api/stage/METHOD/path."""
    stored = lambda_svc.function_policy_for_arn(function)
    if stored is None:
        return False
    policy = json.loads(stored[0]) if isinstance(stored[0], str) else stored[0]
    statements = [{key: value for key, value in statement.items() if key != "Principal"}
                  for statement in policy.get("Statement", [])
                  if iam_evaluator._service_principal_matches(statement.get("Principal"), SERVICE)]  # fmt: skip
    account, region = get_account_id(), get_region()
    context = iam_evaluator.EvalContext(
        principal_arn=SERVICE, principal_type="Service", principal_account=account, action="lambda:InvokeFunction",
        resource_arn=function, region=region, secure_transport=True,
        service_context={"aws:sourceaccount": account,
                         "aws:sourcearn": f"arn:aws:execute-api:{region}:{account}:{source}"},
    )  # fmt: skip
    parsed = iam_evaluator.parse_policy_document({"Statement": statements})
    return bool(iam_evaluator.evaluate(context, [parsed]).decision == "Allow")


def _tag_keys(request: Request, permission: Permission) -> Mapping[str, Any]:
    if not permission.action.startswith("apigateway:"):
        return {}
    requested = request.body.get("tags") or {}
    return {
        **{f"aws:requesttag/{name}".lower(): value for name, value in requested.items()},
        **{f"aws:resourcetag/{name}".lower(): value for name, value in _read_tags(permission.resource).items()},
    }


def _read_tags(resource: str) -> Mapping[str, str]:
    """Return the tags of the API or the stage that an ARN names, or of the stage to which the resource belongs."""
    _, collection, api, *parts = [*resource.rsplit(":", 1)[-1].split("/"), "", ""]
    if collection != "apis" or not api:
        return {}
    match [part for part in parts if part]:
        case []:
            path: list[str] = []
        case ["stages", stage, *_]:
            path = ["stages", stage]
        case _:
            return {}
    tags: Mapping[str, str] = apigateway._api_tags.get(apigateway._api_resource_arn(api, *path), {})
    return tags
