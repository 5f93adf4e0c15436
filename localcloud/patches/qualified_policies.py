"""A function, each of its versions and each alias has a policy of its own; ministack keeps one for all.

There an alias's statement takes its id from the function too, whose policy shows it, and loses it with one of its own
("Qualifier: Specify a version or alias to get the policy for that resource", Lambda API Reference, GetPolicy).
"""

import json
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    add, remove, get = lambda_svc._add_permission, lambda_svc._remove_permission, lambda_svc._get_policy

    def added(name: str, data: dict[str, Any], query: Any = None, qualifier: str | None = None) -> Any:
        arn, sid = _arn(name, query, qualifier), data.get("StatementId")
        function = lambda_svc._functions.get(name)
        if function is None or sid is None or any(_is(statement, arn, sid) for statement in _statements(function)):
            return add(name, data, query, qualifier)
        answer = add(name, {**data, "StatementId": f"{arn} {sid}"}, query, qualifier)  # which nothing else is called
        if answer[0] != 201:
            return answer
        made = _statements(function)[-1]
        made["Sid"] = sid
        return json_response({"Statement": json.dumps(made)}, 201)

    def removed(name: str, sid: str, query: Any, qualifier: str | None = None) -> Any:
        arn, function = _arn(name, query, qualifier), lambda_svc._functions.get(name)
        if function is None or not any(_is(statement, arn, sid) for statement in _statements(function)):
            return remove(name, "", query, qualifier)
        kept = [statement for statement in _statements(function) if not _is(statement, arn, sid)]
        function["policy"] = {**function["policy"], "Statement": kept}
        return 204, {}, b""

    def got(name: str, query: Any = None, qualifier: str | None = None) -> Any:
        answer = get(name, query, qualifier)
        if answer[0] != 200:
            return answer
        document, arn = json.loads(answer[2]), _arn(name, query, qualifier)
        policy = json.loads(document["Policy"])
        policy["Statement"] = [statement for statement in policy["Statement"] if statement["Resource"] == arn]
        if not policy["Statement"]:
            message = "The resource you requested does not exist."
            return error_response_json("ResourceNotFoundException", message, 404)
        return json_response({**document, "Policy": json.dumps(policy)})

    lambda_svc._add_permission, lambda_svc._remove_permission, lambda_svc._get_policy = added, removed, got


def _statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = function["policy"]["Statement"]
    return statements


def _is(statement: dict[str, Any], arn: str, sid: str) -> bool:
    return bool(statement["Resource"] == arn and statement["Sid"] == sid)


def _arn(name: str, query: Any, qualifier: str | None) -> str:
    arn: str = lambda_svc._policy_resource_arn(name, lambda_svc._qualifier_from_path_or_query(qualifier, query))
    return arn
