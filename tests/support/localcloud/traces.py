"""X-Ray traces of the contract tests: headers, segments, and functions that return or forward their trace header."""

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.localcloud.aws import Aws, wait_for

ACTIVE_TRACING: dict[str, Any] = {"TracingConfig": {"Mode": "Active"}}
PARENT = "53995c3f42cd8ad8"
RETURN_HEADER = """
import os
def handler(event, context):
    if event == "fail":
        raise ValueError("bad")
    return os.environ.get("_X_AMZN_TRACE_ID")
"""
FORWARD_HEADER = """
import json, os, boto3
sqs = boto3.client("sqs")
def handler(event, context):
    attributes = event["Records"][0]["attributes"] if "Records" in event else {}
    body = json.dumps([attributes, os.environ["_X_AMZN_TRACE_ID"]])
    sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=body)
"""
Segment = dict[str, Any]


def new_trace_id() -> str:
    """Return a new trace id."""
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def trace_header(trace: str, parent: str = PARENT, sampled: int = 1) -> str:
    """Return a trace header."""
    return f"Root={trace};Parent={parent};Sampled={sampled}"


def parse_header(header: str) -> dict[str, str]:
    """Return the fields of a trace header: Root, Parent and Sampled."""
    return dict(part.split("=") for part in header.split(";"))


def segment(trace: str, **fields: Any) -> Segment:
    """Return a segment of one second named "image", with further fields."""
    now = time.time()
    return {
        "id": secrets.token_hex(8),
        "trace_id": trace,
        "name": "image",
        "start_time": now - 1,
        "end_time": now,
        **fields,
    }


def put_segments(aws: Aws, *segments: Segment) -> list[dict[str, Any]]:
    """Send segments to X-Ray; return those that it did not process."""
    documents = [json.dumps(each) for each in segments]
    response = aws.client("xray").put_trace_segments(TraceSegmentDocuments=documents)
    unprocessed: list[dict[str, Any]] = response["UnprocessedTraceSegments"]
    return unprocessed


def read_segments(aws: Aws, trace: str) -> dict[str, Segment]:
    """Return the segments of a trace by their origin, or by their name if they have none."""
    traces = aws.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
    documents = [json.loads(each["Document"]) for found in traces for each in found["Segments"]]
    return {document.get("origin", document["name"]): document for document in documents}


def wait_for_segments(aws: Aws, trace: str, *origins: str) -> dict[str, Segment]:
    """Wait until a trace has segments of these origins; return its segments."""

    def read_if_complete() -> Any:
        segments = read_segments(aws, trace)
        return segments.keys() >= set(origins) and segments

    segments: dict[str, Segment] = wait_for(read_if_complete)
    return segments


def find_summaries(aws: Aws, expression: str) -> list[dict[str, Any]]:
    """Return the summaries of the last five minutes' traces that match a filter expression."""
    now = datetime.now(UTC)
    response = aws.client("xray").get_trace_summaries(
        StartTime=now - timedelta(minutes=5), EndTime=now, FilterExpression=expression
    )
    summaries: list[dict[str, Any]] = response["TraceSummaries"]
    return summaries


def invoke_with_trace(aws: Aws, function: str, header: str | None = None, event: str = "") -> Any:
    """Invoke a function with a trace header, which SDKs in functions send; return its payload."""
    client = aws.create_client("lambda")  # a client of its own: the handler stays registered
    if header:
        client.meta.events.register(
            "before-sign.lambda.Invoke", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", header)
        )
    return json.load(client.invoke(FunctionName=function, Payload=json.dumps(event).encode())["Payload"])


def system_attributes(trace: str) -> dict[str, Any]:
    """Return the system attributes of a message with a trace header."""
    return {"AWSTraceHeader": {"DataType": "String", "StringValue": trace_header(trace)}}


def receive_with_attributes(aws: Aws, queue: str) -> dict[str, Any]:
    """Wait for a message; return it with its system attributes."""

    def receive() -> Any:
        return aws.client("sqs").receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"]).get("Messages")

    message: dict[str, Any] = wait_for(receive)[0]
    return message
