"""A function's lines reach CloudWatch Logs: "Working with Lambda function logs"."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow

# What is printed and what is logged take two ways: a moment lies in between, so that their order is sure.
SPEAKS = """
import logging, time
def handler(event, context):
    print("printed")
    time.sleep(0.2)
    logging.warning("two\\nlines")
    return context.log_stream_name
"""


def test_text_lines_stand_between_the_platforms(aws: Aws) -> None:
    """ "START", "END" and "REPORT" lines; a record of the logging module is one event however many lines it has."""
    function = aws.create_function(SPEAKS)
    stream = aws.invoke(function).payload
    events = aws.read_log(function)
    kinds = [event["message"].split()[0] for event in events]
    assert kinds == ["START", "printed", "[WARNING]", "END", "REPORT"]
    assert events[2]["message"].endswith("two\nlines")
    assert {event["logStreamName"] for event in events} == {stream}


def test_a_sandbox_keeps_its_stream(aws: Aws) -> None:
    """ "Each execution environment writes to its own log stream"."""
    function = aws.create_function(SPEAKS)
    assert aws.invoke(function).payload == aws.invoke(function).payload
    assert len(aws.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{function}")["logStreams"]) == 1


def test_json_lines(aws: Aws) -> None:
    """LogFormat JSON: "level", "message", "requestId" for records, "platform.start" and "platform.report" events."""
    function = aws.create_function(SPEAKS, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"})
    aws.invoke(function)
    start, printed, record, report = (event["message"] for event in aws.read_log(function))
    assert printed == "printed"
    assert (json.loads(start)["type"], json.loads(report)["type"]) == ("platform.start", "platform.report")
    assert (json.loads(record)["level"], json.loads(record)["message"]) == ("WARNING", "two\nlines")


def test_the_platform_may_be_told_to_be_quiet(aws: Aws) -> None:
    """ "SystemLogLevel: WARN" leaves out what is merely informative."""
    function = aws.create_function(SPEAKS, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    aws.invoke(function)
    assert not [event for event in aws.read_log(function) if "platform." in event["message"]]


def test_a_role_that_may_not_write_logs_writes_none(aws: Aws) -> None:
    """ "Your function's execution role needs permission to upload logs to CloudWatch Logs"."""
    function = aws.create_function(SPEAKS, role=aws.create_role("lambda", allow("s3:GetObject")))
    assert aws.invoke(function).error is None
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.read_log(function)
