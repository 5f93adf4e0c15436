"""X-Ray stores and returns traces: X-Ray Developer Guide, "Sending trace data", "Getting data from X-Ray"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws, allow, wait_for

SEND_SEGMENTS = """
import json, os, socket
def handler(event, context):
    host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    head = json.dumps({"format": "json", "version": 1})
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b"no header", (host, int(port)))
    for document in event:
        sender.sendto(f"{head}\\n{json.dumps(document)}".encode(), (host, int(port)))
"""


def test_segments_are_returned_by_trace(aws: Aws) -> None:
    trace = traces.new_trace_id()
    one, other = traces.segment(trace, annotations={"id": "a"}), traces.segment(trace, name="other")
    assert traces.put_segments(aws, one, other) == []
    assert traces.read_segments(aws, trace) == {"image": one, "other": other}
    assert aws.client("xray").batch_get_traces(TraceIds=[traces.new_trace_id()])["Traces"] == []


def test_separate_subsegment_is_inserted_in_segment(aws: Aws) -> None:
    """It may be sent before or after the segment that it belongs to."""
    trace = traces.new_trace_id()
    parent = traces.segment(trace)
    part = traces.segment(trace, name="fetch", type="subsegment", parent_id=parent["id"])
    traces.put_segments(aws, part)
    traces.put_segments(aws, parent)
    assert [part["name"] for part in traces.read_segments(aws, trace)["image"]["subsegments"]] == ["fetch"]


@pytest.mark.parametrize(
    "changes", [{"id": "short"}, {"trace_id": "1-2-3"}, {"name": ""}, {"start_time": "now"}, {"end_time": None}]
)
def test_invalid_segment_is_rejected_alone(aws: Aws, changes: dict[str, object]) -> None:
    trace = traces.new_trace_id()
    good, bad = traces.segment(trace), {**traces.segment(trace, name="bad"), **changes}
    bad = {key: value for key, value in bad.items() if value is not None}
    (unprocessed,) = traces.put_segments(aws, good, bad)
    assert unprocessed["Id"] == bad["id"]
    assert "Invalid" in unprocessed["ErrorCode"]
    assert traces.read_segments(aws, trace).keys() == {"image"}


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ('annotation.image = "{id}"', True),
        ('annotation[image] = "{id}" AND annotation.pixels > 3', True),
        ('annotation.image = "{id}" AND annotation.pixels > 4', False),
        ('annotation.image = "{id}" AND service("worker")', True),
        ('annotation.image = "{id}" AND service("other")', False),
        ('annotation.image = "{id}" AND fault', True),
        ('annotation.image = "{id}" AND fault = false', False),
        ('annotation.image = "{id}" AND responsetime >= 1', True),
    ],
)
def test_filter_expression_selects_traces(aws: Aws, expression: str, matches: bool) -> None:
    """ "Using filter expressions"."""
    trace = traces.new_trace_id()
    segment = traces.segment(trace, name="worker", annotations={"image": trace, "pixels": 4}, fault=True)
    traces.put_segments(aws, {**segment, "end_time": segment["end_time"] + 1})
    ids = [summary["Id"] for summary in traces.find_summaries(aws, expression.replace("{id}", trace))]
    assert ids == ([trace] if matches else [])


def test_unsupported_filter_expression_is_rejected(aws: Aws) -> None:
    with pytest.raises(ClientError, match="does not support 'weather'"):
        traces.find_summaries(aws, "weather")


def test_summary_has_annotations_and_faults(aws: Aws) -> None:
    trace = traces.new_trace_id()
    traces.put_segments(aws, traces.segment(trace, annotations={"image": trace}, fault=True))
    (summary,) = traces.find_summaries(aws, f'annotation.image = "{trace}"')
    assert summary["Annotations"]["image"][0]["AnnotationValue"] == {"StringValue": trace}
    assert summary["HasFault"] is True
    assert summary["HasError"] is False
    assert summary["Duration"] == 1.0


def test_segments_sent_to_daemon_are_stored(aws: Aws) -> None:
    trace = traces.new_trace_id()
    function = aws.create_function(SEND_SEGMENTS, aws.create_role("lambda", allow("xray:PutTraceSegments")))
    aws.invoke(function, [traces.segment(trace), traces.segment(trace, name="other")])
    assert traces.wait_for_segments(aws, trace, "image", "other")


def test_segments_of_function_without_permission_are_dropped(aws: Aws) -> None:
    dropped, stored = traces.new_trace_id(), traces.new_trace_id()
    role = aws.create_role("lambda", allow("logs:*"))
    function = aws.create_function(SEND_SEGMENTS, role)
    aws.invoke(function, [traces.segment(dropped)])
    aws.set_permissions(role, allow("xray:PutTraceSegments"))
    wait_for(lambda: aws.invoke(function, [traces.segment(stored)]) and traces.read_segments(aws, stored))
    assert traces.read_segments(aws, dropped) == {}


def test_reading_traces_without_permission_fails(aws: Aws) -> None:
    keys = aws.create_user(allow("xray:GetTraceSummaries"))
    with pytest.raises(ClientError, match="xray:BatchGetTraces"):
        aws.client("xray", keys).batch_get_traces(TraceIds=[traces.new_trace_id()])
