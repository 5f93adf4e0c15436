"""Logs Insights keeps queries under names (Put-, Describe- and DeleteQueryDefinition); ministack knows none of it."""

import json
import time
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response, new_uuid
from ministack.services import cloudwatch_logs

from localcloud.patches.cloud import Cloud

PAGE = 1000

_definitions = AccountRegionScopedDict()


def apply(_: Cloud) -> None:
    handle = cloudwatch_logs.handle_request

    async def handled(method: str, path: str, headers: dict[str, str], body: bytes, parameters: Any) -> Any:
        action = HANDLERS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return action(json.loads(body)) if action else await handle(method, path, headers, body, parameters)

    cloudwatch_logs.handle_request = handled


def _put(data: dict[str, Any]) -> Any:
    identity = data.get("queryDefinitionId") or new_uuid()
    if "queryDefinitionId" in data and identity not in _definitions:
        return _missing(identity)
    _definitions[identity] = {
        "queryDefinitionId": identity,
        "name": data["name"],
        "queryString": data["queryString"],
        "logGroupNames": data.get("logGroupNames", []),
        "lastModified": int(time.time() * 1000),
    }
    return json_response({"queryDefinitionId": identity})


def _describe(data: dict[str, Any]) -> Any:
    prefix = data.get("queryDefinitionNamePrefix", "")
    found = [each for each in _definitions.values() if each["name"].startswith(prefix)]
    found.sort(key=lambda each: str(each["name"]))
    return json_response({"queryDefinitions": found[: data.get("maxResults") or PAGE]})


def _delete(data: dict[str, Any]) -> Any:
    if data["queryDefinitionId"] not in _definitions:
        return _missing(data["queryDefinitionId"])
    del _definitions[data["queryDefinitionId"]]
    return json_response({"success": True})


def _missing(identity: str) -> Any:
    return error_response_json("ResourceNotFoundException", f"There is no query definition {identity}.", 400)


HANDLERS = {"PutQueryDefinition": _put, "DescribeQueryDefinitions": _describe, "DeleteQueryDefinition": _delete}
