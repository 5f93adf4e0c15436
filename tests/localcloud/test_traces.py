"""X-Ray keeps what it is sent: X-Ray Developer Guide, "Sending trace data", "Getting data from X-Ray"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws, allow, wait_for

SENDS = """
import json, os, socket
def handler(event, context):
    host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    head = json.dumps({"format": "json", "version": 1})
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b"no header", (host, int(port)))
    for document in event:
        sender.sendto(f"{head}\\n{json.dumps(document)}".encode(), (host, int(port)))
"""


def test_segments_are_given_back_by_trace(aws: Aws) -> None:
    trace = traces.new_trace_id()
    one, other = traces.segment(trace, annotations={"id": "a"}), traces.segment(trace, name="other")
    assert traces.put_segments(aws, one, other) == []
    assert traces.read_segments(aws, trace) == {"image": one, "other": other}
    assert aws.client("xray").batch_get_traces(TraceIds=[traces.new_trace_id()])["Traces"] == []


def test_a_subsegment_finds_its_place(aws: Aws) -> None:
    """It may be sent by itself, before or after the segment it belongs to."""
    trace = traces.new_trace_id()
    parent = traces.segment(trace)
    part = traces.segment(trace, name="fetch", type="subsegment", parent_id=parent["id"])
    traces.put_segments(aws, part)
    traces.put_segments(aws, parent)
    assert [found["name"] for found in traces.read_segments(aws, trace)["image"]["subsegments"]] == ["fetch"]


@pytest.mark.parametrize(
    "spoilt", [{"id": "short"}, {"trace_id": "1-2-3"}, {"name": ""}, {"start_time": "now"}, {"end_time": None}]
)
def test_what_is_no_segment_is_refused_by_itself(aws: Aws, spoilt: dict[str, object]) -> None:
    trace = traces.new_trace_id()
    good, bad = traces.segment(trace), {**traces.segment(trace, name="bad"), **spoilt}
    bad = {key: value for key, value in bad.items() if value is not None}
    (refused,) = traces.put_segments(aws, good, bad)
    assert (refused["Id"], "Invalid" in refused["ErrorCode"]) == (bad["id"], True)
    assert traces.read_segments(aws, trace).keys() == {"image"}


@pytest.mark.parametrize(
    ("expression", "found"),
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
def test_traces_are_found_by_what_they_say(aws: Aws, expression: str, found: bool) -> None:
    """ "Using filter expressions"."""
    trace = traces.new_trace_id()
    said = traces.segment(trace, name="worker", annotations={"image": trace, "pixels": 4}, fault=True)
    traces.put_segments(aws, {**said, "end_time": said["end_time"] + 1})
    ids = [told["Id"] for told in traces.find_summaries(aws, expression.replace("{id}", trace))]
    assert ids == ([trace] if found else [])


def test_an_expression_that_is_not_understood_is_refused(aws: Aws) -> None:
    with pytest.raises(ClientError, match="does not support 'weather'"):
        traces.find_summaries(aws, "weather")


def test_a_summary_tells_annotations_and_faults(aws: Aws) -> None:
    trace = traces.new_trace_id()
    traces.put_segments(aws, traces.segment(trace, annotations={"image": trace}, fault=True))
    (told,) = traces.find_summaries(aws, f'annotation.image = "{trace}"')
    assert told["Annotations"]["image"][0]["AnnotationValue"] == {"StringValue": trace}
    assert (told["HasFault"], told["HasError"], told["Duration"]) == (True, False, 1.0)


def test_what_a_function_sends_to_the_daemon_arrives(aws: Aws) -> None:
    trace = traces.new_trace_id()
    function = aws.create_function(SENDS, aws.create_role("lambda", allow("xray:PutTraceSegments")))
    aws.invoke(function, [traces.segment(trace), traces.segment(trace, name="other")])
    assert traces.wait_for_segments(aws, trace, "image", "other")


def test_a_function_that_may_not_write_traces_writes_none(aws: Aws) -> None:
    lost, kept = traces.new_trace_id(), traces.new_trace_id()
    role = aws.create_role("lambda", allow("logs:*"))
    function = aws.create_function(SENDS, role)
    aws.invoke(function, [traces.segment(lost)])
    aws.set_permissions(role, allow("xray:PutTraceSegments"))
    wait_for(lambda: aws.invoke(function, [traces.segment(kept)]) and traces.read_segments(aws, kept))
    assert traces.read_segments(aws, lost) == {}


def test_a_user_needs_permission(aws: Aws) -> None:
    keys = aws.create_user(allow("xray:GetTraceSummaries"))
    with pytest.raises(ClientError, match="xray:BatchGetTraces"):
        aws.client("xray", keys).batch_get_traces(TraceIds=[traces.new_trace_id()])
