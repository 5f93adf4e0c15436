"""Patch that adds X-Ray's API: segments, traces and summaries."""

import json
import time
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import request_scope

from localcloud.engines.xray.store import InvalidSegmentError
from localcloud.engines.xray.summary import FilterExpressionError, parse_filter, summarize_trace
from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch
from localcloud.patches.xray import tracing
from localcloud.runtime.function import Function

Members = dict[str, Any]
MAX_SUMMARIES = 500  # in one page
MAX_TRACE_IDS = 5  # in one request of BatchGetTraces


@patch("xray")
def apply_xray(cloud: Cloud) -> None:
    """Add X-Ray, and store the segments that functions send to the daemon, under their roles.

    AWS: stores segments and returns traces and summaries (X-Ray Developer Guide, "Sending trace data to AWS X-Ray" and
        "Getting data from AWS X-Ray").
    ministack: has no X-Ray.
    Upstream: could be offered, except for the daemon.
    """
    router.SERVICE_PATTERNS["xray"] = {"host_patterns": [r"xray\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["xray"] = "xray"
    iam_actions._BOTOCORE_SERVICE_MAP["xray"] = ["xray"]
    app.SERVICE_HANDLERS["xray"] = _handle_request
    cloud.pool.on_trace_document = _write_document


def _write_document(function: Function, document: str) -> None:
    with request_scope(function.role.split(":")[4], function.region):
        tracing.write_segments(function.role, "lambda.amazonaws.com", [document])


async def _handle_request(method: str, path: str, _: Any, body: bytes, __: Any) -> tuple[int, dict[str, str], bytes]:
    handler = HANDLERS.get(path.rstrip("/"))
    if method != "POST" or handler is None:
        return _respond_error(f"The local cloud's X-Ray does not support {method} {path}")
    try:
        return 200, {"Content-Type": "application/json"}, json.dumps(handler(json.loads(body or b"{}"))).encode()
    except FilterExpressionError as error:
        return _respond_error(str(error))
    except (KeyError, TypeError, ValueError) as error:
        return _respond_error(f"Invalid request: {error!r}")


def _respond_error(message: str) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "InvalidRequestException"}
    return 400, headers, json.dumps({"Message": message}).encode()


def _put_trace_segments(request: Members) -> Members:
    unprocessed = []
    for document in request["TraceSegmentDocuments"]:
        try:
            tracing.get_store().put(document)
        except InvalidSegmentError as error:
            code, _, message = str(error).partition(": ")
            unprocessed.append({"Id": error.segment_id, "ErrorCode": code, "Message": message})
    return {"UnprocessedTraceSegments": unprocessed}


def _batch_get_traces(request: Members) -> Members:
    trace_ids = request["TraceIds"]
    if len(trace_ids) > MAX_TRACE_IDS:
        raise ValueError(f"{len(trace_ids)} TraceIds exceed the limit of {MAX_TRACE_IDS}")
    traces = []
    for trace_id in trace_ids:
        if segments := tracing.get_store().get_segments(trace_id):
            documents = [{"Id": segment["id"], "Document": json.dumps(segment)} for segment in segments]
            duration = summarize_trace(trace_id, segments)["Duration"]
            traces.append({"Id": trace_id, "Duration": duration, "LimitExceeded": False, "Segments": documents})
    found_ids = {trace["Id"] for trace in traces}
    return {"Traces": traces, "UnprocessedTraceIds": [trace_id for trace_id in trace_ids if trace_id not in found_ids]}


def _get_trace_summaries(request: Members) -> Members:
    matches = parse_filter(request.get("FilterExpression") or "")
    begin = int(request.get("NextToken") or 0)
    # The request's times are whole seconds: include traces of the current second.
    trace_ids = tracing.get_store().find_traces(float(request["StartTime"]), float(request["EndTime"]) + 1)
    processed = [summarize_trace(trace_id, tracing.get_store().get_documents(trace_id)) for trace_id in trace_ids]
    summaries = [summary for summary in processed if matches(summary)]
    more = {"NextToken": str(begin + MAX_SUMMARIES)} if len(summaries) > begin + MAX_SUMMARIES else {}
    page = summaries[begin : begin + MAX_SUMMARIES]
    return {"TraceSummaries": page, "ApproximateTime": time.time(), "TracesProcessedCount": len(processed), **more}


HANDLERS = {
    "/TraceSegments": _put_trace_segments,
    "/TelemetryRecords": lambda _: {},
    "/Traces": _batch_get_traces,
    "/TraceSummaries": _get_trace_summaries,
}
