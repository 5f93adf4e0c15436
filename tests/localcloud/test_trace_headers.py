"""A request says which trace it belongs to: X-Ray Developer Guide, "Tracing header"."""

import json
from typing import Any

from tests.localcloud.test_function_traces import TELLS, invoke
from tests.localcloud.test_message_traces import FORWARDS, received, system
from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws


def test_a_function_that_is_invoked_gets_the_callers(aws: Aws) -> None:
    trace = traces.new_trace_id()
    assert invoke(aws, aws.create_function(TELLS), traces.trace_header(trace)) == traces.trace_header(trace)


def test_a_message_that_a_function_sends_gets_the_functions(aws: Aws) -> None:
    """ "Tracing headers may be passed through HTTP headers": an SDK in a function does so by itself."""
    outbox = aws.create_queue()
    settings: dict[str, Any] = {"TracingConfig": {"Mode": "Active"}, "Environment": {"Variables": {"OUT": outbox}}}
    aws.invoke(aws.create_function(FORWARDS, **settings), {})
    message = received(aws, outbox)
    _, own = json.loads(message["Body"])
    assert message["Attributes"]["AWSTraceHeader"].startswith(own.split(";")[0])


def test_what_a_message_says_itself_comes_first(aws: Aws) -> None:
    """ "The message system attribute overrides any trace header in the request"."""
    queue, trace, client = aws.create_queue(), traces.new_trace_id(), aws.create_client("sqs")
    other = traces.trace_header(traces.new_trace_id())
    client.meta.events.register(
        "before-sign.sqs.SendMessage", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", other)
    )
    client.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=system(trace))
    assert received(aws, queue)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)
    client.send_message(QueueUrl=queue, MessageBody="b")
    assert received(aws, queue)["Attributes"]["AWSTraceHeader"] == other
