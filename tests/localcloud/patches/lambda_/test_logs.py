"""Log lines of functions: Lambda Developer Guide, "Working with Lambda function logs"."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow

# Printed and logged lines arrive through two pipes: the pause makes their order certain.
WRITE_LINES = """
import logging, time
def handler(event, context):
    print("printed")
    time.sleep(0.2)
    logging.warning("two\\nlines")
    return context.log_stream_name
"""


def test_text_lines_are_between_platform_lines(aws: Aws) -> None:
    """ "START", "END" and "REPORT" lines; a record of the logging module is one event, even with several lines."""
    function = aws.create_function(WRITE_LINES)
    stream = aws.invoke(function).payload
    events = aws.read_log(function)
    kinds = [event["message"].split()[0] for event in events]
    assert kinds == ["START", "printed", "[WARNING]", "END", "REPORT"]
    assert events[2]["message"].endswith("two\nlines")
    assert {event["logStreamName"] for event in events} == {stream}


def test_sandbox_keeps_its_log_stream(aws: Aws) -> None:
    """ "Each execution environment writes to its own log stream"."""
    function = aws.create_function(WRITE_LINES)
    assert aws.invoke(function).payload == aws.invoke(function).payload
    assert len(aws.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{function}")["logStreams"]) == 1


def test_json_format_writes_json_records(aws: Aws) -> None:
    """LogFormat JSON: "level", "message", "requestId" for records, "platform.start" and "platform.report" events."""
    function = aws.create_function(WRITE_LINES, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"})
    aws.invoke(function)
    start, printed, record, report = (event["message"] for event in aws.read_log(function))
    assert printed == "printed"
    assert json.loads(start)["type"] == "platform.start"
    assert json.loads(report)["type"] == "platform.report"
    assert json.loads(record)["level"] == "WARNING"
    assert json.loads(record)["message"] == "two\nlines"


def test_system_log_level_warn_omits_platform_lines(aws: Aws) -> None:
    """ "SystemLogLevel: WARN" omits informative events."""
    function = aws.create_function(WRITE_LINES, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    aws.invoke(function)
    assert not [event for event in aws.read_log(function) if "platform." in event["message"]]


def test_role_without_log_permission_writes_no_logs(aws: Aws) -> None:
    """ "Your function's execution role needs permission to upload logs to CloudWatch Logs"."""
    function = aws.create_function(WRITE_LINES, role=aws.create_role("lambda", allow("s3:GetObject")))
    assert aws.invoke(function).error is None
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.read_log(function)
