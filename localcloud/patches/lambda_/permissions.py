"""Patches of the permissions that callers of Lambda need, and of the policies of functions, versions and aliases."""

import json
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import authorization
from localcloud.patches.iam.authorization import Permission, Request
from localcloud.patches.lambda_ import arn
from localcloud.patches.registry import patch

ALIAS_ACTIONS = {"GET": "lambda:GetAlias", "PUT": "lambda:UpdateAlias", "DELETE": "lambda:DeleteAlias"}
LAYER_ACTIONS = {"GET": "lambda:GetLayerVersion", "DELETE": "lambda:DeleteLayerVersion"}
MAPPING_VERBS = {"GET": "Get", "PUT": "Update", "DELETE": "Delete"}


@patch("alias_actions")
def apply_alias_actions(_: Cloud) -> None:
    """Authorize each action on an alias by its own name.

    AWS: has `lambda:GetAlias`, `lambda:UpdateAlias` and `lambda:DeleteAlias` (Service Authorization Reference,
        "Actions, resources, and condition keys for AWS Lambda").
    ministack: checks `lambda:ListAliases` instead.
    Upstream: could be offered.
    """
    authorization.add_action_rule(_name_alias_action)


@patch("layer_actions")
def apply_layer_actions(_: Cloud) -> None:
    """Authorize each action on a layer's version by its own name, on the version's ARN.

    AWS: has `lambda:GetLayerVersion`, `lambda:ListLayerVersions` and `lambda:DeleteLayerVersion`, the first and the
        last on the version's ARN (Service Authorization Reference, "Actions, resources, and condition keys for AWS
        Lambda").
    ministack: checks `lambda:ListLayers` on the layer's ARN, and nothing for deletion.
    Upstream: could be offered.
    """
    extract = iam_actions.extract_resource_arn

    def extract_version_arn(service: str, method: str, path: str, *rest: Any) -> str:
        version, layer_arn = _find_layer_version(service, path), str(extract(service, method, path, *rest))
        return f"{layer_arn}:{version}" if version else layer_arn

    iam_actions.extract_resource_arn = extract_version_arn
    authorization.add_action_rule(_name_layer_action)


@patch("mapping_actions")
def apply_mapping_actions(_: Cloud) -> None:
    """Authorize each action on an event source mapping by its own name, with the key lambda:FunctionArn.

    AWS: has `lambda:GetEventSourceMapping`, `lambda:UpdateEventSourceMapping` and `lambda:DeleteEventSourceMapping`,
        with the condition key `lambda:FunctionArn` (Service Authorization Reference, "Actions, resources, and condition
        keys for AWS Lambda").
    ministack: checks `lambda:ListEventSourceMappings` or nothing, and has no such key.
    Upstream: could be offered.
    """
    authorization.add_action_rule(_name_mapping_action)
    authorization.add_context_rule(_function_arn_key)


@patch("qualified_invocations", after=["layer_actions", "named_resources"])
def apply_qualified_invocations(_: Cloud) -> None:
    """Authorize invocations of a version or an alias on its qualified ARN.

    AWS: "If you reference a function's unqualified ARN in a policy, Lambda accepts requests that reference the
        unqualified ARN but denies requests that reference a qualified ARN", and vice versa (Lambda Developer Guide,
        "Fine-tuning the Resources and Conditions sections of policies").
    ministack: authorizes them on the function's ARN.
    Upstream: could be offered.
    """
    extract = iam_actions.extract_resource_arn

    def extract_qualified_arn(
        service: str, method: str, path: str, headers: Any, body: Any, query: Any, *rest: Any
    ) -> str:
        resource: str = extract(service, method, path, headers, body, query, *rest)
        if service != "lambda" or not path.endswith("/invocations"):
            return resource
        value = (query or {}).get("Qualifier")
        qualifier = value[0] if isinstance(value, list) else value
        return f"{resource}:{qualifier}" if qualifier and arn.split_qualifier(resource)[1] is None else resource

    iam_actions.extract_resource_arn = extract_qualified_arn


@patch("qualified_policies")
def apply_qualified_policies(_: Cloud) -> None:
    """Keep one resource policy for a function and one for each version and alias.

    AWS: a function, each version and each alias has its own policy: "Qualifier: Specify a version or alias to get the
        policy for that resource" (Lambda API Reference, "AddPermission", "GetPolicy" and "RemovePermission").
    ministack: keeps one policy for all, so statement ids conflict and GetPolicy returns statements of the others.
    Upstream: could be offered.
    """
    add, remove, get = lambda_svc._add_permission, lambda_svc._remove_permission, lambda_svc._get_policy

    def add_to_own(name: str, data: dict[str, Any], query: Any = None, qualifier: str | None = None) -> Any:
        resource, sid = _resource_arn(name, query, qualifier), data.get("StatementId")
        function = lambda_svc._functions.get(name)
        if function is None or sid is None or _has_statement(function, resource, sid):
            return add(name, data, query, qualifier)
        response = add(name, {**data, "StatementId": f"{resource} {sid}"}, query, qualifier)  # a unique id
        if response[0] != 201:
            return response
        statement = _statements(function)[-1]
        statement["Sid"] = sid
        return json_response({"Statement": json.dumps(statement)}, 201)

    def remove_from_own(name: str, sid: str, query: Any, qualifier: str | None = None) -> Any:
        resource, function = _resource_arn(name, query, qualifier), lambda_svc._functions.get(name)
        if function is None or not _has_statement(function, resource, sid):
            return remove(name, "", query, qualifier)
        remaining = [statement for statement in _statements(function)
                if (statement["Resource"], statement["Sid"]) != (resource, sid)]  # fmt: skip
        function["policy"] = {**function["policy"], "Statement": remaining}
        return 204, {}, b""

    def get_own(name: str, query: Any = None, qualifier: str | None = None) -> Any:
        response = get(name, query, qualifier)
        if response[0] != 200:
            return response
        document, resource = json.loads(response[2]), _resource_arn(name, query, qualifier)
        policy = json.loads(document["Policy"])
        policy["Statement"] = [statement for statement in policy["Statement"] if statement["Resource"] == resource]
        if not policy["Statement"]:
            message = "The resource you requested does not exist."
            return error_response_json("ResourceNotFoundException", message, 404)
        return json_response({**document, "Policy": json.dumps(policy)})

    lambda_svc._add_permission, lambda_svc._remove_permission, lambda_svc._get_policy = (
        add_to_own, remove_from_own, get_own
    )  # fmt: skip


@patch("function_tags")
def apply_function_tags(_: Cloud) -> None:
    """Return a function's tags only to callers who may list them.

    AWS: "Lambda returns tag data only if you have explicit allow permissions for lambda:ListTags" (Lambda API
        Reference, "GetFunction").
    ministack: returns them to every caller.
    Upstream: could be offered.
    """
    get = lambda_svc._get_function

    def get_with_permitted_tags(name: str, qualifier: str | None = None) -> Any:
        status, headers, body = get(name, qualifier)
        if status != 200 or _may_list_tags(lambda_svc._func_arn(name)):
            return status, headers, body
        return status, headers, json.dumps({key: value for key, value in json.loads(body).items() if key != "Tags"})

    lambda_svc._get_function = get_with_permitted_tags


def _name_alias_action(service: str, method: str, path: str) -> str | None:
    parts = path.strip("/").split("/")
    if service == "lambda" and parts[1:2] == ["functions"] and parts[3:4] == ["aliases"] and len(parts) == 5:
        return ALIAS_ACTIONS.get(method)
    return None


def _name_layer_action(service: str, method: str, path: str) -> str | None:
    version = _find_layer_version(service, path)
    if version == "":
        return "lambda:ListLayerVersions" if method == "GET" else None
    return LAYER_ACTIONS.get(method) if version else None


def _find_layer_version(service: str, path: str) -> str | None:
    """Return the version that a path names, "" for the list of versions, or None for any other path."""
    parts = path.strip("/").split("/")
    if service != "lambda" or parts[1:2] != ["layers"] or parts[3:4] != ["versions"]:
        return None
    return (parts[4:5] or [""])[0]


def _name_mapping_action(service: str, method: str, path: str) -> str | None:
    parts = path.strip("/").split("/")
    if service == "lambda" and parts[1:2] == ["event-source-mappings"] and len(parts) == 3 and method in MAPPING_VERBS:
        return f"lambda:{MAPPING_VERBS[method]}EventSourceMapping"
    return None


def _function_arn_key(request: Request, permission: Permission) -> Mapping[str, Any]:
    if not permission.action.endswith("EventSourceMapping"):
        return {}
    function = request.body.get("FunctionName")
    if function is None:
        mapping = lambda_svc._esms.get(request.path.strip("/").split("/")[-1])
        function = mapping["FunctionArn"] if mapping else None
    if function is None:
        return {}
    is_arn = function.startswith("arn:")
    return {"lambda:functionarn": function if is_arn else request.arn("lambda", f"function:{function}")}


def _statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = function["policy"]["Statement"]
    return statements


def _has_statement(function: dict[str, Any], resource: str, sid: str) -> bool:
    return any((each["Resource"], each["Sid"]) == (resource, sid) for each in _statements(function))


def _resource_arn(name: str, query: Any, qualifier: str | None) -> str:
    resource: str = lambda_svc._policy_resource_arn(name, lambda_svc._qualifier_from_path_or_query(qualifier, query))
    return resource


def _may_list_tags(function: str) -> bool:
    key = iam_evaluator._verified_key.get()
    denied = iam_evaluator.enforce(key, "lambda:ListTags", "lambda", get_region(), resource_arn=function)
    return denied is None
