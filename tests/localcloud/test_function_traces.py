"""What Lambda tells of an invocation: "Visualize Lambda function invocations using AWS X-Ray"."""

import json
from typing import Any

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws, allow

ACTIVE: dict[str, Any] = {"TracingConfig": {"Mode": "Active"}}
TELLS = """
import os
def handler(event, context):
    if event == "fail":
        raise ValueError("bad")
    return os.environ.get("_X_AMZN_TRACE_ID")
"""


def seen(header: str) -> dict[str, str]:
    return dict(part.split("=") for part in header.split(";"))


def invoke(aws: Aws, function: str, trace: str | None = None, event: str = "") -> Any:
    """What the function tells; `trace` is sent as an SDK does it in a function."""
    client = aws.create_client("lambda")  # one of its own, since what is registered stays
    if trace:
        client.meta.events.register(
            "before-sign.lambda.Invoke", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", trace)
        )
    return json.load(client.invoke(FunctionName=function, Payload=json.dumps(event).encode())["Payload"])


def test_an_active_function_tells_of_itself(aws: Aws) -> None:
    function = aws.create_function(TELLS, **ACTIVE)
    handed = seen(invoke(aws, function))
    found = traces.wait_for_segments(aws, handed["Root"], "AWS::Lambda", "AWS::Lambda::Function")
    service, own = found["AWS::Lambda"], found["AWS::Lambda::Function"]
    assert (handed["Sampled"], handed["Parent"], own["parent_id"]) == ("1", own["id"], service["id"])
    assert [part["name"] for part in own["subsegments"]] == ["Initialization", "Invocation", "Overhead"]
    assert own["aws"]["function_arn"].endswith(f":function:{function}")
    again = traces.wait_for_segments(aws, seen(invoke(aws, function))["Root"], "AWS::Lambda::Function")
    assert [part["name"] for part in again["AWS::Lambda::Function"]["subsegments"]] == ["Invocation", "Overhead"]


def test_it_goes_on_with_its_callers_trace(aws: Aws) -> None:
    function, trace = aws.create_function(TELLS, **ACTIVE), traces.new_trace_id()
    assert seen(invoke(aws, function, traces.trace_header(trace)))["Root"] == trace
    assert traces.wait_for_segments(aws, trace, "AWS::Lambda")["AWS::Lambda"]["parent_id"] == "53995c3f42cd8ad8"


def test_a_caller_that_is_not_sampled_leaves_no_trace(aws: Aws) -> None:
    function, trace = aws.create_function(TELLS, **ACTIVE), traces.new_trace_id()
    assert seen(invoke(aws, function, traces.trace_header(trace, sampled=0)))["Sampled"] == "0"
    assert traces.read_segments(aws, trace) == {}


def test_a_failure_is_told(aws: Aws) -> None:
    function, trace = aws.create_function(TELLS, **ACTIVE), traces.new_trace_id()
    invoke(aws, function, traces.trace_header(trace), "fail")
    assert traces.wait_for_segments(aws, trace, "AWS::Lambda::Function")["AWS::Lambda::Function"]["fault"] is True


def test_a_passive_function_hands_the_header_on(aws: Aws) -> None:
    """PassThrough: no segments of Lambda's own, and no sampling without a caller's."""
    function, trace = aws.create_function(TELLS), traces.new_trace_id()
    assert invoke(aws, function, traces.trace_header(trace)) == traces.trace_header(trace)
    assert traces.read_segments(aws, trace) == {}
    assert seen(invoke(aws, function))["Sampled"] == "0"


def test_the_role_must_let_it(aws: Aws) -> None:
    function, trace = (
        aws.create_function(TELLS, aws.create_role("lambda", allow("logs:*")), **ACTIVE),
        traces.new_trace_id(),
    )
    invoke(aws, function, traces.trace_header(trace))
    assert traces.read_segments(aws, trace) == {}
