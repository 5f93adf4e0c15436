"""Traces and saved queries, as an operator reads them."""

import json
import secrets
from collections.abc import Callable
from time import monotonic, sleep, time
from typing import Any, TypeVar

import boto3

Value = TypeVar("Value")


def new_trace_id() -> str:
    """Return a new id of a trace that starts now."""
    return f"1-{int(time()):08x}-{secrets.token_hex(12)}"


def receive_trace_header(sqs: Any, queue: str, id_: str) -> str:
    """Return the trace header of the message with a task's result; other messages are deleted as well."""

    def receive() -> str | None:
        reply = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageSystemAttributeNames=["AWSTraceHeader"]
        )
        for message in reply.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if json.loads(message["Body"])["id"] == id_:
                return str(message["Attributes"]["AWSTraceHeader"])
        return None

    return _poll(receive)


def find_segments(trace: str, id_: str) -> list[dict[str, Any]]:
    """Return the segments of a trace whose annotation `id` is this one."""

    def get_segments() -> list[dict[str, Any]]:
        traces = boto3.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
        documents = [json.loads(segment["Document"]) for trace in traces for segment in trace["Segments"]]
        return [document for document in documents if document.get("annotations", {}).get("id") == id_]

    return _poll(get_segments)


def find_traces(expression: str) -> list[dict[str, Any]]:
    """Return the summaries of the last ten minutes' traces that match a filter expression."""

    def get_summaries() -> list[dict[str, Any]]:
        now = time()
        reply = boto3.client("xray").get_trace_summaries(
            StartTime=now - 600, EndTime=now + 1, FilterExpression=expression
        )
        summaries: list[dict[str, Any]] = reply["TraceSummaries"]
        return summaries

    return _poll(get_summaries)


def run_saved_query(name: str, task: str) -> list[dict[str, str]]:
    """Run a saved query for a task, and return its rows, each as values by field."""
    logs = boto3.client("logs")
    (query,) = logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
    query_id = logs.start_query(
        logGroupNames=query["logGroupNames"],
        queryString=query["queryString"].replace("TASK", task),
        startTime=int(time()) - 600,
        endTime=int(time()) + 1,
    )["queryId"]

    def get_results() -> list[Any] | None:
        reply = logs.get_query_results(queryId=query_id)
        return reply["results"] if reply["status"] == "Complete" else None

    return [{cell["field"]: cell["value"] for cell in row} for row in _poll(get_results)]


def _poll(get_value: Callable[[], Value | None], within: float = 60) -> Value:
    end = monotonic() + within
    while not (value := get_value()):
        assert monotonic() < end, f"{get_value.__name__} returned nothing within {within} s"
        sleep(0.2)
    return value
