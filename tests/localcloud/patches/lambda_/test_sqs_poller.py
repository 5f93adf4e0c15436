"""Polling of queues: "Using Lambda with Amazon SQS" and "Handling errors for an SQS event source in Lambda".

Both are pages of the Lambda Developer Guide.
"""

import json
import time
from typing import Any

import pytest

from tests.support.localcloud import queues
from tests.support.localcloud.aws import Aws, wait_for

SLEEP = "import time\ndef handler(e, c): time.sleep(0.5)"
SEND_BATCH_SIZE = """
import boto3, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=str(len(event["Records"])))
"""
FAIL_WITH_RECEIVE_COUNT = (
    "def handler(e, c): raise RuntimeError(e['Records'][0]['attributes']['ApproximateReceiveCount'])"
)


def output_variable(out: str) -> dict[str, dict[str, str]]:
    """Return a function's Environment that names the queue for its output."""
    return {"Variables": {"OUT": out}}


def test_five_batches_run_concurrently(aws: Aws) -> None:
    """ "Lambda starts processing five batches at a time with five concurrent invocations of your function"."""
    function, queue = aws.create_function(SLEEP), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(20)))
    aws.map_queue(queue, function, BatchSize=1)
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 5


def test_maximum_concurrency_limits_batches(aws: Aws) -> None:
    """ "MaximumConcurrency limits the number of concurrent instances that an Amazon SQS event source can invoke"."""
    function, queue = aws.create_function(SLEEP), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(8)))
    aws.map_queue(queue, function, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 2


def test_batch_size_is_not_exceeded(aws: Aws) -> None:
    out, queue = aws.create_queue(), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(9)))
    aws.map_queue(queue, aws.create_function(SEND_BATCH_SIZE, Environment=output_variable(out)), BatchSize=4)
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    sizes = sorted(map(int, aws.drain_queue(out)))
    assert sum(sizes) == 9
    assert max(sizes) == 4


def test_batching_window_gathers_messages(aws: Aws) -> None:
    """ "Batch window: the maximum amount of time to gather records before invoking the function"."""
    out, queue = aws.create_queue(), aws.create_queue()
    function = aws.create_function(SEND_BATCH_SIZE, Environment=output_variable(out))
    aws.map_queue(queue, function, BatchSize=10, MaximumBatchingWindowInSeconds=2)
    for body in "abc":
        aws.send_messages(queue, body)
        time.sleep(0.3)
    assert wait_for(lambda: aws.drain_queue(out)) == ["3"]


def test_batch_with_window_holds_more_than_ten(aws: Aws) -> None:
    """ "When you set BatchSize to a value greater than 10, you must set MaximumBatchingWindowInSeconds to at least
    1"."""
    out, queue = aws.create_queue(), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(25)))
    function = aws.create_function(SEND_BATCH_SIZE, Environment=output_variable(out))
    aws.map_queue(queue, function, BatchSize=25, MaximumBatchingWindowInSeconds=5)
    assert wait_for(lambda: aws.drain_queue(out)) == ["25"]


def test_failed_message_is_retried_then_becomes_dead_letter(aws: Aws) -> None:
    """ "If your function throws an error, the message becomes visible again after the visibility timeout"; after
    maxReceiveCount receives it moves to the dead-letter queue."""
    queue, dead = queues.create_queue_with_dead_letters(aws, 2, VisibilityTimeout=3)
    function = aws.create_function(FAIL_WITH_RECEIVE_COUNT, Timeout=3)
    aws.send_messages(queue, "poison")
    aws.map_queue(queue, function)
    wait_for(lambda: read_failures(aws, function) == ["1"])
    assert aws.count_messages(queue) == (0, 1)
    wait_for(lambda: read_failures(aws, function) == ["1", "2"])
    assert wait_for(lambda: aws.drain_queue(dead)) == ["poison"]
    assert read_failures(aws, function) == ["1", "2"]


def test_function_can_change_message_visibility(aws: Aws) -> None:
    """A message that the function makes visible with ChangeMessageVisibility is received again at once."""
    source = """
import boto3, os
def handler(event, context):
    record, sqs = event["Records"][0], boto3.client("sqs")
    if record["attributes"]["ApproximateReceiveCount"] == "1":
        sqs.change_message_visibility(QueueUrl=os.environ["IN"], ReceiptHandle=record["receiptHandle"],
                                      VisibilityTimeout=0)
        raise RuntimeError("again")
    sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=record["body"])
"""
    queue, out = aws.create_queue(VisibilityTimeout=900), aws.create_queue()
    aws.send_messages(queue, "twice")
    aws.map_queue(queue, aws.create_function(source, Environment={"Variables": {"IN": queue, "OUT": out}}))
    assert wait_for(lambda: aws.drain_queue(out)) == ["twice"]
    wait_for(lambda: aws.count_messages(queue) == (0, 0))


def test_late_response_deletes_nothing(aws: Aws) -> None:
    """ "If you receive a message more than once, you must provide the most recently received receipt handle for the
    request, otherwise the message might not be deleted" (DeleteMessage): the later receiver keeps it."""
    source = """
import boto3, os, time
def handler(event, context):
    receipt = event["Records"][0]["receiptHandle"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=receipt)
    time.sleep(3)
"""
    queue, out = aws.create_queue(), aws.create_queue()
    sqs = aws.client("sqs")
    aws.send_messages(queue, "message")
    mapping = aws.map_queue(queue, aws.create_function(source, Environment=output_variable(out)))
    (receipt,) = wait_for(lambda: aws.drain_queue(out))
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    wait_for(lambda: read_result(aws, mapping).startswith("OK"))
    assert aws.count_messages(queue) == (0, 1)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def read_failures(aws: Aws, function: str) -> list[str]:
    """Return the receive counts that a failing function logged."""
    try:
        lines = [event["message"] for event in aws.read_log(function)]
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [line.split("RuntimeError: ")[1].split("\n")[0] for line in lines if "RuntimeError: " in line]


RETURN_RESPONSE = """
import boto3, json, os
def handler(event, context):
    ids = {record["body"]: record["messageId"] for record in event["Records"]}
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody="called")
    return json.loads(os.environ["RESPONSE"].replace("ID-OF-BAD", ids["bad"]))
"""


def count_remaining(aws: Aws, response: Any) -> int:
    """Return how many messages of the batch "good" and "bad" stay on the queue after a function's response."""
    queue, out = aws.create_queue(VisibilityTimeout=60), aws.create_queue()
    function = aws.create_function(
        RETURN_RESPONSE, Environment={"Variables": {"OUT": out, "RESPONSE": json.dumps(response)}}
    )
    aws.send_messages(queue, "good", "bad")
    mapping = aws.map_queue(queue, function, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_for(lambda: aws.drain_queue(out))
    wait_for(lambda: read_result(aws, mapping) != "No records processed")
    return sum(aws.count_messages(queue))


def read_result(aws: Aws, mapping: str) -> str:
    result: str = aws.client("lambda").get_event_source_mapping(UUID=mapping)["LastProcessingResult"]
    return result


@pytest.mark.parametrize(
    "response",
    [
        {"batchItemFailures": [{"itemIdentifier": "not in the batch"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": 7}]},
        {"batchItemFailures": [{"identifier": "ID-OF-BAD"}]},
        {"batchItemFailures": [{"itemIdentifier": "ID-OF-BAD"}, {"itemIdentifier": ""}]},
        {"batchItemFailures": ["ID-OF-BAD"]},
        {"batchItemFailures": {"itemIdentifier": "ID-OF-BAD"}},
        {"batchItemFailures": "ID-OF-BAD"},
        ["ID-OF-BAD"],
        "done",
    ],
    ids=json.dumps,
)
def test_malformed_batch_response_fails_whole_batch(aws: Aws, response: Any) -> None:
    """ "Lambda treats a batch as a complete failure if your function returns any of the following" ..."""
    assert count_remaining(aws, response) == 2


@pytest.mark.parametrize("response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=json.dumps)
def test_empty_batch_response_succeeds(aws: Aws, response: Any) -> None:
    """ "Lambda treats a batch as a complete success if": an empty or null batchItemFailures list or EventResponse."""
    assert count_remaining(aws, response) == 0


def test_batch_item_failure_keeps_only_its_message(aws: Aws) -> None:
    assert count_remaining(aws, {"batchItemFailures": [{"itemIdentifier": "ID-OF-BAD"}]}) == 1
