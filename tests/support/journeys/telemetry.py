"""Traces and saved queries, as an operator reads them."""

import json
import secrets
from collections.abc import Callable
from time import monotonic, sleep, time
from typing import Any, TypeVar

import boto3

Found = TypeVar("Found")


def new_trace() -> str:
    """A trace's id, made now."""
    return f"1-{int(time()):08x}-{secrets.token_hex(12)}"


def result_header(sqs: Any, queue: str, id_: str) -> str:
    """The trace that came with the result of a task."""

    def look() -> str | None:
        reply = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageSystemAttributeNames=["AWSTraceHeader"]
        )
        for message in reply.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if json.loads(message["Body"])["id"] == id_:
                return str(message["Attributes"]["AWSTraceHeader"])
        return None

    return _await(look)


def segments(trace: str, id_: str) -> list[dict[str, Any]]:
    """The segments of a trace that have this id as an annotation."""

    def look() -> list[dict[str, Any]]:
        traces = boto3.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
        documents = [json.loads(segment["Document"]) for found in traces for segment in found["Segments"]]
        return [document for document in documents if document.get("annotations", {}).get("id") == id_]

    return _await(look)


def summaries(expression: str) -> list[dict[str, Any]]:
    """The traces of the last ten minutes that a filter expression finds."""

    def look() -> list[dict[str, Any]]:
        now = time()
        reply = boto3.client("xray").get_trace_summaries(
            StartTime=now - 600, EndTime=now + 1, FilterExpression=expression
        )
        found: list[dict[str, Any]] = reply["TraceSummaries"]
        return found

    return _await(look)


def asked(query: str, task: str) -> list[dict[str, str]]:
    """The rows that a saved query gives for a task, each by field."""
    logs = boto3.client("logs")
    (saved,) = logs.describe_query_definitions(queryDefinitionNamePrefix=query)["queryDefinitions"]
    started = logs.start_query(
        logGroupNames=saved["logGroupNames"],
        queryString=saved["queryString"].replace("TASK", task),
        startTime=int(time()) - 600,
        endTime=int(time()) + 1,
    )

    def look() -> list[Any] | None:
        reply = logs.get_query_results(queryId=started["queryId"])
        return reply["results"] if reply["status"] == "Complete" else None

    return [{cell["field"]: cell["value"] for cell in row} for row in _await(look)]


def _await(look: Callable[[], Found | None], within: float = 60) -> Found:
    end = monotonic() + within
    while not (found := look()):
        assert monotonic() < end, f"not there after {within} s"
        sleep(0.2)
    return found
