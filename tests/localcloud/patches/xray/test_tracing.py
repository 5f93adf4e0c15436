"""Trace headers of requests: X-Ray Developer Guide, "Tracing header"."""

import json

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws


def test_invoked_function_gets_callers_header(aws: Aws) -> None:
    header = traces.trace_header(traces.new_trace_id())
    assert traces.invoke_with_trace(aws, aws.create_function(traces.RETURN_HEADER), header) == header


def test_message_of_function_gets_functions_header(aws: Aws) -> None:
    """ "Tracing headers may be passed through HTTP headers": SDKs in functions do this themselves."""
    outbox = aws.create_queue()
    settings = {**traces.ACTIVE_TRACING, "Environment": {"Variables": {"OUT": outbox}}}
    aws.invoke(aws.create_function(traces.FORWARD_HEADER, **settings), {})
    message = traces.receive_with_attributes(aws, outbox)
    _, function_header = json.loads(message["Body"])
    assert message["Attributes"]["AWSTraceHeader"].startswith(function_header.split(";")[0])


def test_header_of_message_overrides_header_of_request(aws: Aws) -> None:
    """ "The message system attribute overrides any trace header in the request"."""
    queue, trace, client = aws.create_queue(), traces.new_trace_id(), aws.create_client("sqs")
    other = traces.trace_header(traces.new_trace_id())
    client.meta.events.register(
        "before-sign.sqs.SendMessage", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", other)
    )
    client.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=traces.system_attributes(trace))
    assert traces.receive_with_attributes(aws, queue)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)
    client.send_message(QueueUrl=queue, MessageBody="b")
    assert traces.receive_with_attributes(aws, queue)["Attributes"]["AWSTraceHeader"] == other
