"""Patches of CloudWatch Logs Insights: queries, and queries saved under names."""

import json
import time
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    json_response,
    new_uuid,
)
from ministack.services import cloudwatch_logs

from localcloud.engines.logs_insights import fields
from localcloud.engines.logs_insights.query import DEFAULT_LIMIT, Query
from localcloud.engines.logs_insights.scanner import MalformedQueryError
from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

MAX_QUERIES = 200
MAX_LISTED_DEFINITIONS = 1_000

_definitions = AccountRegionScopedDict()


@patch("insights")
def apply_insights(_: Cloud) -> None:
    """Run queries over the fields of JSON lines.

    AWS: queries filter, compute and group by JSON fields, and invalid queries are rejected (CloudWatch Logs User Guide,
        "CloudWatch Logs Insights language query syntax").
    ministack: searches lines as text, and ignores commands and filters that it does not know.
    Upstream: could be offered.
    """
    cloudwatch_logs._start_query = _start_query


@patch("query_definitions")
def apply_query_definitions(_: Cloud) -> None:
    """Save queries under names.

    AWS: has PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition (CloudWatch Logs API Reference).
    ministack: has none of them.
    Upstream: could be offered.
    """
    handle = cloudwatch_logs.handle_request
    handlers = {
        "PutQueryDefinition": _put_definition,
        "DescribeQueryDefinitions": _describe_definitions,
        "DeleteQueryDefinition": _delete_definition,
    }

    async def handle_definitions(method: str, path: str, headers: dict[str, str], body: bytes, parameters: Any) -> Any:
        handler = handlers.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return handler(json.loads(body)) if handler else await handle(method, path, headers, body, parameters)

    cloudwatch_logs.handle_request = handle_definitions


def _start_query(data: dict[str, Any]) -> Any:
    groups = cloudwatch_logs._resolve_query_log_groups(data)
    for name in groups:
        if name not in cloudwatch_logs._log_groups:
            return error_response_json("ResourceNotFoundException", f"Log group '{name}' does not exist.", 400)
    if not groups:
        return error_response_json("InvalidParameterException", "The query names no log group: name at least one.", 400)
    start, end = data["startTime"] * 1000, data["endTime"] * 1000 + 999
    events = [event for name in groups for event in _read_events(name, start, end)]
    try:
        rows, matched = Query(data.get("queryString", "")).run(events, data.get("limit") or DEFAULT_LIMIT)
    except MalformedQueryError as error:
        return error_response_json("MalformedQueryException", str(error), 400)
    except TypeError as error:
        return error_response_json("MalformedQueryException", f"A function is called wrongly: {error}", 400)
    query_id = new_uuid()
    cloudwatch_logs._queries[query_id] = {
        **{key: data.get(key, []) for key in ("logGroupName", "logGroupNames", "logGroupIdentifiers")},
        "queryId": query_id, "queryString": data["queryString"], "startTime": data["startTime"],
        "endTime": data["endTime"], "createTime": int(time.time() * 1000), "status": "Complete",
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
        "statistics": {"recordsMatched": float(matched), "recordsScanned": float(len(events)),
                       "bytesScanned": float(sum(len(event["@message"]) for event in events))},
    }  # fmt: skip
    while len(cloudwatch_logs._queries) > MAX_QUERIES:
        del cloudwatch_logs._queries[next(iter(cloudwatch_logs._queries))]
    return json_response({"queryId": query_id})


def _read_events(group: str, start: int, end: int) -> list[fields.Row]:
    """Return the events of a log group between two times, in milliseconds since the epoch."""
    log = f"{get_account_id()}:{group}"
    return [
        fields.parse_event(
            event["message"], event["timestamp"], event.get("ingestionTime", event["timestamp"]), log, name
        )
        for name, stream in list(cloudwatch_logs._log_groups[group]["streams"].items())
        for event in list(stream["events"])
        if start <= event["timestamp"] <= end
    ]


def _put_definition(data: dict[str, Any]) -> Any:
    definition_id = data.get("queryDefinitionId") or new_uuid()
    if "queryDefinitionId" in data and definition_id not in _definitions:
        return _not_found(definition_id)
    _definitions[definition_id] = {
        "queryDefinitionId": definition_id,
        "name": data["name"],
        "queryString": data["queryString"],
        "logGroupNames": data.get("logGroupNames", []),
        "lastModified": int(time.time() * 1000),
    }
    return json_response({"queryDefinitionId": definition_id})


def _describe_definitions(data: dict[str, Any]) -> Any:
    prefix = data.get("queryDefinitionNamePrefix", "")
    matching = [definition for definition in _definitions.values() if definition["name"].startswith(prefix)]
    matching.sort(key=lambda definition: str(definition["name"]))
    return json_response({"queryDefinitions": matching[: data.get("maxResults") or MAX_LISTED_DEFINITIONS]})


def _delete_definition(data: dict[str, Any]) -> Any:
    if data["queryDefinitionId"] not in _definitions:
        return _not_found(data["queryDefinitionId"])
    del _definitions[data["queryDefinitionId"]]
    return json_response({"success": True})


def _not_found(definition_id: str) -> Any:
    return error_response_json("ResourceNotFoundException", f"Query definition {definition_id} does not exist.", 400)
