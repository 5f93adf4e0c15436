"""Sending and receiving: SQS Developer Guide, "Amazon SQS visibility timeout", "Sending and reading the AWS X-Ray trace
header" and "Amazon SQS API permissions: actions and resource reference"."""

import json
import os
import subprocess
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.settings import ROOT, find_python
from tests.support.localcloud import queues, traces
from tests.support.localcloud.aws import Aws, allow


def test_client_and_poller_lose_or_double_no_message() -> None:
    patch = "skipped" if "queue_races" in os.environ.get("CLOUD_SKIP", "") else "applied"
    command = [str(find_python("cloud")), str(ROOT / "tests/support/localcloud/hammer_queue.py"), patch]
    run = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "0 lost, 0 doubled"


@pytest.mark.parametrize("batch", [False, True])
def test_message_keeps_trace_header(aws: Aws, batch: bool) -> None:
    queue, trace, sqs = aws.create_queue(), traces.new_trace_id(), aws.client("sqs")
    if batch:
        entry = {"Id": "0", "MessageBody": "b", "MessageSystemAttributes": traces.system_attributes(trace)}
        sqs.send_message_batch(QueueUrl=queue, Entries=[entry])
    else:
        sqs.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=traces.system_attributes(trace))
    assert traces.receive_with_attributes(aws, queue)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)


def test_each_message_of_batch_keeps_its_trace_header(aws: Aws) -> None:
    queue, trace_ids = aws.create_queue(), [traces.new_trace_id() for _ in range(3)]
    entries: list[dict[str, Any]] = [{"Id": str(n), "MessageBody": str(n)} for n in range(3)]
    for n in (0, 2):
        entries[n]["MessageSystemAttributes"] = traces.system_attributes(trace_ids[n])
    aws.client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)
    messages = aws.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    headers = {message["Body"]: message.get("Attributes", {}).get("AWSTraceHeader") for message in messages}
    assert headers == {
        "0": traces.trace_header(trace_ids[0]), "1": None, "2": traces.trace_header(trace_ids[2]),
    }  # fmt: skip


def test_poller_delivers_trace_header_and_starts_own_trace(aws: Aws) -> None:
    inbox, outbox, trace = aws.create_queue(), aws.create_queue(), traces.new_trace_id()
    settings = {**traces.ACTIVE_TRACING, "Environment": {"Variables": {"OUT": outbox}}}
    aws.map_queue(inbox, aws.create_function(traces.FORWARD_HEADER, **settings))
    aws.client("sqs").send_message(
        QueueUrl=inbox, MessageBody="b", MessageSystemAttributes=traces.system_attributes(trace)
    )
    attributes, function_header = json.loads(traces.receive_with_attributes(aws, outbox)["Body"])
    assert attributes["AWSTraceHeader"] == traces.trace_header(trace)
    assert trace not in function_header


def test_dead_letter_keeps_trace_header(aws: Aws) -> None:
    trace, sqs = traces.new_trace_id(), aws.client("sqs")
    queue, dead = queues.create_queue_with_dead_letters(aws, VisibilityTimeout=0)
    sqs.send_message(QueueUrl=queue, MessageBody="b", MessageSystemAttributes=traces.system_attributes(trace))
    for _ in range(2):
        sqs.receive_message(QueueUrl=queue)
    assert traces.receive_with_attributes(aws, dead)["Attributes"]["AWSTraceHeader"] == traces.trace_header(trace)


def test_batch_action_is_allowed_by_single_action(aws: Aws) -> None:
    """ "To grant permissions for SendMessageBatch, specify sqs:SendMessage", and likewise for the other two."""
    queue = aws.create_queue()
    arn = aws.queue_arn(queue)
    sender = aws.client("sqs", aws.create_user(allow("sqs:SendMessage", on=arn)))
    changer = aws.client("sqs", aws.create_user(allow("sqs:ChangeMessageVisibility", on=arn)))
    deleter = aws.client("sqs", aws.create_user(allow("sqs:DeleteMessage", on=arn)))
    sender.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "x"}])
    receipt = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"]
    entry = {"Id": "1", "ReceiptHandle": receipt}
    changer.change_message_visibility_batch(QueueUrl=queue, Entries=[{**entry, "VisibilityTimeout": 60}])
    assert deleter.delete_message_batch(QueueUrl=queue, Entries=[entry])["Successful"] == [{"Id": "1"}]


def test_batch_action_is_denied_by_other_permission(aws: Aws) -> None:
    queue = aws.create_queue()
    receiver = aws.client("sqs", aws.create_user(allow("sqs:ReceiveMessage", on=aws.queue_arn(queue))))
    with pytest.raises(ClientError, match="AccessDenied"):
        receiver.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "x"}])
