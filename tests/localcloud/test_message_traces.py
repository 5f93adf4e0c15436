"""A message brings its trace along: SQS Developer Guide, "Sending and reading the AWS X-Ray trace header"."""

import json
from typing import Any

import pytest

from tests.support.localcloud import traces
from tests.support.localcloud.aws import Aws, wait_for

FORWARDS = """
import json, os, boto3
sqs = boto3.client("sqs")
def handler(event, context):
    seen = event["Records"][0]["attributes"] if "Records" in event else {}
    sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps([seen, os.environ["_X_AMZN_TRACE_ID"]]))
"""


def system(trace: str) -> dict[str, Any]:
    return {"AWSTraceHeader": {"DataType": "String", "StringValue": traces.trace_header(trace)}}


def received(aws: Aws, queue: str) -> dict[str, Any]:
    def look() -> Any:
        return aws.client("sqs").receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"]).get("Messages")

    message: dict[str, Any] = wait_for(look)[0]
    return message


@pytest.mark.parametrize("batch", [False, True])
def test_a_message_keeps_its_header(aws: Aws, batch: bool) -> None:
    queue, trace, sqs = aws.create_queue(), traces.new_trace_id(), aws.client("sqs")
    if batch:
        entry = {"Id": "0", "MessageBody": "b", "MessageSystemAttributes": system(trace)}
        sqs.send_message_batch(QueueUrl=queue, Entries=[entry])
    else:
        sqs.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=system(trace))
    assert received(aws, queue)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)


def test_each_of_a_batch_has_its_own(aws: Aws) -> None:
    queue, headers = aws.create_queue(), [traces.new_trace_id(), None, traces.new_trace_id()]
    entries = [{"Id": str(n), "MessageBody": str(n), **({"MessageSystemAttributes": system(trace)} if trace else {})}
               for n, trace in enumerate(headers)]  # fmt: skip
    aws.client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)
    found = aws.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    seen = {message["Body"]: message.get("Attributes", {}).get("AWSTraceHeader") for message in found}
    assert seen == {str(n): traces.trace_header(trace) if trace else None for n, trace in enumerate(headers)}


def test_a_poller_delivers_it_and_the_function_has_a_trace_of_its_own(aws: Aws) -> None:
    inbox, outbox, trace = aws.create_queue(), aws.create_queue(), traces.new_trace_id()
    settings: dict[str, Any] = {"TracingConfig": {"Mode": "Active"}, "Environment": {"Variables": {"OUT": outbox}}}
    aws.map_queue(inbox, aws.create_function(FORWARDS, **settings))
    aws.client("sqs").send_message(QueueUrl=inbox, MessageBody="b", MessageSystemAttributes=system(trace))
    attributes, own = json.loads(received(aws, outbox)["Body"])
    assert attributes["AWSTraceHeader"] == traces.trace_header(trace)
    assert trace not in own


def test_it_survives_the_dead_letter_queue(aws: Aws) -> None:
    dead, trace, sqs = aws.create_queue(), traces.new_trace_id(), aws.client("sqs")
    policy = json.dumps({"deadLetterTargetArn": aws.queue_arn(dead), "maxReceiveCount": 1})
    queue = aws.create_queue(VisibilityTimeout=0, RedrivePolicy=policy)
    sqs.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=system(trace))
    for _ in range(2):
        sqs.receive_message(QueueUrl=queue)
    assert received(aws, dead)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)
