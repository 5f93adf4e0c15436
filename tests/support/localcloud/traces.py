"""What the contract tests know of traces: documents, headers, how to find them."""

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.localcloud.aws import Aws, eventually

Document = dict[str, Any]


def trace_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def header(trace: str, parent: str = "53995c3f42cd8ad8", sampled: int = 1) -> str:
    return f"Root={trace};Parent={parent};Sampled={sampled}"


def document(trace: str, **fields: Any) -> Document:
    now = time.time()
    return {
        "id": secrets.token_hex(8),
        "trace_id": trace,
        "name": "image",
        "start_time": now - 1,
        "end_time": now,
        **fields,
    }


def put(aws: Aws, *documents: Document) -> list[dict[str, Any]]:
    """Send segments to X-Ray; those that it refused."""
    sent = [json.dumps(document) for document in documents]
    refused: list[dict[str, Any]] = aws.client("xray").put_trace_segments(TraceSegmentDocuments=sent)[
        "UnprocessedTraceSegments"
    ]
    return refused


def segments(aws: Aws, trace: str) -> dict[str, Document]:
    """The segments of a trace, by their origin or else their name."""
    found = aws.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
    documents = [json.loads(segment["Document"]) for whole in found for segment in whole["Segments"]]
    return {document.get("origin", document["name"]): document for document in documents}


def complete(aws: Aws, trace: str, *origins: str) -> dict[str, Document]:
    """The segments of a trace once those of these origins are there."""
    found: dict[str, Document] = eventually(lambda: (it := segments(aws, trace)).keys() >= set(origins) and it)
    return found


def summaries(aws: Aws, expression: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    found: list[dict[str, Any]] = aws.client("xray").get_trace_summaries(
        StartTime=now - timedelta(minutes=5), EndTime=now, FilterExpression=expression
    )["TraceSummaries"]
    return found
