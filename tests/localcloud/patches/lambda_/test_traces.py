"""Traces of invocations: Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"."""

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws, allow


def test_active_tracing_writes_two_segments(aws: Aws) -> None:
    function = aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING)
    header = traces.parse_header(traces.invoke_with_trace(aws, function))
    segments = traces.wait_for_segments(aws, header["Root"], "AWS::Lambda", "AWS::Lambda::Function")
    service, own = segments["AWS::Lambda"], segments["AWS::Lambda::Function"]
    assert header["Sampled"] == "1"
    assert header["Parent"] == own["id"]
    assert own["parent_id"] == service["id"]
    assert [part["name"] for part in own["subsegments"]] == ["Initialization", "Invocation", "Overhead"]
    assert own["aws"]["function_arn"].endswith(f":function:{function}")
    warm_header = traces.parse_header(traces.invoke_with_trace(aws, function))
    warm = traces.wait_for_segments(aws, warm_header["Root"], "AWS::Lambda::Function")["AWS::Lambda::Function"]
    assert [part["name"] for part in warm["subsegments"]] == ["Invocation", "Overhead"]


def test_active_tracing_continues_callers_trace(aws: Aws) -> None:
    function, trace = aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), traces.new_trace_id()
    header = traces.invoke_with_trace(aws, function, traces.trace_header(trace))
    assert traces.parse_header(header)["Root"] == trace
    assert traces.wait_for_segments(aws, trace, "AWS::Lambda")["AWS::Lambda"]["parent_id"] == traces.PARENT


def test_unsampled_caller_writes_no_segments(aws: Aws) -> None:
    function, trace = aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), traces.new_trace_id()
    header = traces.invoke_with_trace(aws, function, traces.trace_header(trace, sampled=0))
    assert traces.parse_header(header)["Sampled"] == "0"
    assert traces.read_segments(aws, trace) == {}


def test_failed_invocation_is_marked_as_fault(aws: Aws) -> None:
    function, trace = aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), traces.new_trace_id()
    traces.invoke_with_trace(aws, function, traces.trace_header(trace), "fail")
    assert traces.wait_for_segments(aws, trace, "AWS::Lambda::Function")["AWS::Lambda::Function"]["fault"] is True


def test_passive_tracing_passes_header_on(aws: Aws) -> None:
    """PassThrough: Lambda writes no segments, and samples only if the caller does."""
    function, trace = aws.create_function(traces.RETURN_HEADER), traces.new_trace_id()
    assert traces.invoke_with_trace(aws, function, traces.trace_header(trace)) == traces.trace_header(trace)
    assert traces.read_segments(aws, trace) == {}
    assert traces.parse_header(traces.invoke_with_trace(aws, function))["Sampled"] == "0"


def test_role_without_xray_permission_writes_no_segments(aws: Aws) -> None:
    role, trace = aws.create_role("lambda", allow("logs:*")), traces.new_trace_id()
    function = aws.create_function(traces.RETURN_HEADER, role, **traces.ACTIVE_TRACING)
    traces.invoke_with_trace(aws, function, traces.trace_header(trace))
    assert traces.read_segments(aws, trace) == {}
