"""X-Ray keeps segments and gives traces; ministack has no X-Ray.

What functions send to the daemon is taken under their roles.
"""

import json
import time
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import request_scope

from localcloud.engines.xray.store import InvalidSegmentError
from localcloud.engines.xray.summary import FilterExpressionError, parse_filter, summarize_trace
from localcloud.patches import tracing
from localcloud.patches.cloud import Cloud
from localcloud.runtime.function import Function

Members = dict[str, Any]
PAGE = 500
BATCH = 5


def apply(cloud: Cloud) -> None:
    router.SERVICE_PATTERNS["xray"] = {"host_patterns": [r"xray\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["xray"] = "xray"
    iam_actions._BOTOCORE_SERVICE_MAP["xray"] = ["xray"]
    app.SERVICE_HANDLERS["xray"] = _handle
    cloud.pool.on_trace_document = _traced


def _traced(function: Function, document: str) -> None:
    """Take what a function sent to the daemon."""
    with request_scope(function.role.split(":")[4], function.region):
        tracing.write(function.role, "lambda.amazonaws.com", [document])


async def _handle(method: str, path: str, _: Any, body: bytes, __: Any) -> tuple[int, dict[str, str], bytes]:
    handler = HANDLERS.get(path.rstrip("/"))
    if method != "POST" or handler is None:
        return _error(f"The local cloud's X-Ray does not know {method} {path}")
    try:
        return 200, {"Content-Type": "application/json"}, json.dumps(handler(json.loads(body or b"{}"))).encode()
    except FilterExpressionError as error:
        return _error(str(error))
    except (KeyError, TypeError, ValueError) as error:
        return _error(f"The request cannot be understood: {error!r}")


def _error(message: str) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "InvalidRequestException"}
    return 400, headers, json.dumps({"Message": message}).encode()


def _put(request: Members) -> Members:
    refused = []
    for document in request["TraceSegmentDocuments"]:
        try:
            tracing.store().put(document)
        except InvalidSegmentError as refusal:
            code, _, message = str(refusal).partition(": ")
            refused.append({"Id": refusal.segment_id, "ErrorCode": code, "Message": message})
    return {"UnprocessedTraceSegments": refused}


def _batch(request: Members) -> Members:
    if len(request["TraceIds"]) > BATCH:
        raise ValueError(f"{len(request['TraceIds'])} TraceIds, but at most {BATCH} are given at once")
    traces = []
    for trace in request["TraceIds"]:
        if segments := tracing.store().get_segments(trace):
            shown = [{"Id": segment["id"], "Document": json.dumps(segment)} for segment in segments]
            duration = summarize_trace(trace, segments)["Duration"]
            traces.append({"Id": trace, "Duration": duration, "LimitExceeded": False, "Segments": shown})
    found = {trace["Id"] for trace in traces}
    return {"Traces": traces, "UnprocessedTraceIds": [trace for trace in request["TraceIds"] if trace not in found]}


def _summaries(request: Members) -> Members:
    chosen = parse_filter(request.get("FilterExpression") or "")
    begin = int(request.get("NextToken") or 0)
    # Its times have whole seconds: a trace of this very moment must not fall out.
    ids = tracing.store().find_traces(float(request["StartTime"]), float(request["EndTime"]) + 1)
    every = [summarize_trace(trace, tracing.store().get_documents(trace)) for trace in ids]
    wanted = [told for told in every if chosen(told)]
    more = {"NextToken": str(begin + PAGE)} if len(wanted) > begin + PAGE else {}
    page = wanted[begin : begin + PAGE]
    return {"TraceSummaries": page, "ApproximateTime": time.time(), "TracesProcessedCount": len(every), **more}


HANDLERS = {
    "/TraceSegments": _put,
    "/TelemetryRecords": lambda _: {},
    "/Traces": _batch,
    "/TraceSummaries": _summaries,
}
