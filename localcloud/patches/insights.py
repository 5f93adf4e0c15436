"""Logs Insights filters, counts and groups by the fields of JSON lines; ministack knows a few forms and skips others.

There a command or a filter that it does not know is ignored, and lines are searched as text.
"""

import time
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, json_response, new_uuid
from ministack.services import cloudwatch_logs

from localcloud.engines.logs_insights import fields
from localcloud.engines.logs_insights.query import LIMIT, Query
from localcloud.engines.logs_insights.scanner import MalformedQueryError
from localcloud.patches.cloud import Cloud

KEPT = 200


def apply(_: Cloud) -> None:
    cloudwatch_logs._start_query = _start


def _start(data: dict[str, Any]) -> Any:
    groups = cloudwatch_logs._resolve_query_log_groups(data)
    for name in groups:
        if name not in cloudwatch_logs._log_groups:
            return error_response_json("ResourceNotFoundException", f"Log group '{name}' does not exist.", 400)
    if not groups:
        return error_response_json("InvalidParameterException", "A query needs one log group or more.", 400)
    rows = [row for name in groups for row in _rows(name, data["startTime"] * 1000, data["endTime"] * 1000 + 999)]
    try:
        found, matched = Query(data.get("queryString", "")).run(rows, data.get("limit") or LIMIT)
    except MalformedQueryError as error:
        return error_response_json("MalformedQueryException", str(error), 400)
    except TypeError as error:
        return error_response_json("MalformedQueryException", f"A function is called wrongly: {error}", 400)
    identity = new_uuid()
    cloudwatch_logs._queries[identity] = {
        **{key: data.get(key, []) for key in ("logGroupName", "logGroupNames", "logGroupIdentifiers")},
        "queryId": identity, "queryString": data["queryString"], "startTime": data["startTime"],
        "endTime": data["endTime"], "createTime": int(time.time() * 1000), "status": "Complete",
        "results": [[{"field": name, "value": value} for name, value in row] for row in found],
        "statistics": {"recordsMatched": float(matched), "recordsScanned": float(len(rows)),
                       "bytesScanned": float(sum(len(row["@message"]) for row in rows))},
    }  # fmt: skip
    while len(cloudwatch_logs._queries) > KEPT:
        del cloudwatch_logs._queries[next(iter(cloudwatch_logs._queries))]
    return json_response({"queryId": identity})


def _rows(group: str, start: int, end: int) -> list[fields.Row]:
    """The events of a log group in a span of time, in milliseconds since the epoch."""
    log = f"{get_account_id()}:{group}"
    return [
        fields.parse_event(
            event["message"], event["timestamp"], event.get("ingestionTime", event["timestamp"]), log, name
        )
        for name, stream in list(cloudwatch_logs._log_groups[group]["streams"].items())
        for event in list(stream["events"])
        if start <= event["timestamp"] <= end
    ]
