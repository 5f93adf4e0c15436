"""Lambda's poller of SQS, as "Using Lambda with Amazon SQS" in the Lambda Developer Guide describes it."""

import time

from tests.support.localcloud.aws import Aws, wait_for

SLOW = "import time\ndef handler(e, c): time.sleep(0.5)"
COUNTS = """
import boto3, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=str(len(event["Records"])))
"""
FAILS = "def handler(e, c): raise RuntimeError(e['Records'][0]['attributes']['ApproximateReceiveCount'])"


def _to(out: str) -> dict[str, dict[str, str]]:
    return {"Variables": {"OUT": out}}


def test_five_batches_run_at_once(aws: Aws) -> None:
    """ "Lambda starts processing five batches at a time with five concurrent invocations of your function"."""
    function, queue = aws.create_function(SLOW), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(20)))
    aws.map_queue(queue, function, BatchSize=1)
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 5


def test_maximum_concurrency_limits_the_batches(aws: Aws) -> None:
    """ "MaximumConcurrency limits the number of concurrent instances that an Amazon SQS event source can invoke"."""
    function, queue = aws.create_function(SLOW), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(8)))
    aws.map_queue(queue, function, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 2


def test_a_batch_is_never_larger_than_asked(aws: Aws) -> None:
    out, queue = aws.create_queue(), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(9)))
    aws.map_queue(queue, aws.create_function(COUNTS, Environment=_to(out)), BatchSize=4)
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    sizes = sorted(map(int, aws.drain_queue(out)))
    assert sum(sizes) == 9
    assert max(sizes) == 4


def test_a_window_gathers_messages(aws: Aws) -> None:
    """ "Batch window: the maximum amount of time to gather records before invoking the function"."""
    out, queue = aws.create_queue(), aws.create_queue()
    aws.map_queue(
        queue, aws.create_function(COUNTS, Environment=_to(out)), BatchSize=10, MaximumBatchingWindowInSeconds=2
    )
    for body in "abc":
        aws.send_messages(queue, body)
        time.sleep(0.3)
    assert wait_for(lambda: aws.drain_queue(out)) == ["3"]


def test_with_a_window_a_batch_may_hold_more_than_ten(aws: Aws) -> None:
    """ "When you set BatchSize to a value greater than 10, you must set MaximumBatchingWindowInSeconds to at least
    1"."""
    out, queue = aws.create_queue(), aws.create_queue()
    aws.send_messages(queue, *(str(n) for n in range(25)))
    function = aws.create_function(COUNTS, Environment=_to(out))
    aws.map_queue(queue, function, BatchSize=25, MaximumBatchingWindowInSeconds=5)
    assert wait_for(lambda: aws.drain_queue(out)) == ["25"]


def test_a_failed_message_stays_hidden_then_returns_then_is_dead(aws: Aws) -> None:
    """ "If your function throws an error, the message becomes visible again after the visibility timeout"; after
    maxReceiveCount receives it moves to the dead-letter queue."""
    dead = aws.create_queue()
    redrive = f'{{"deadLetterTargetArn": "{aws.queue_arn(dead)}", "maxReceiveCount": 2}}'
    queue = aws.create_queue(VisibilityTimeout=3, RedrivePolicy=redrive)
    function = aws.create_function(FAILS, Timeout=3)
    aws.send_messages(queue, "poison")
    aws.map_queue(queue, function)
    wait_for(lambda: _failures(aws, function) == ["1"])
    assert aws.count_messages(queue) == (0, 1)
    wait_for(lambda: _failures(aws, function) == ["1", "2"])
    assert wait_for(lambda: aws.drain_queue(dead)) == ["poison"]
    assert _failures(aws, function) == ["1", "2"]


def test_the_function_may_change_when_a_message_returns(aws: Aws) -> None:
    """ChangeMessageVisibility by the function holds: a message that it made visible comes back at once."""
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


def test_an_answer_that_comes_too_late_deletes_nothing(aws: Aws) -> None:
    """ "If you receive a message more than once, you must provide the most recently received receipt handle for the
    request, otherwise the message might not be deleted" (DeleteMessage): who received it since keeps it."""
    source = """
import boto3, os, time
def handler(event, context):
    receipt = event["Records"][0]["receiptHandle"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=receipt)
    time.sleep(3)
"""
    queue, out = aws.create_queue(), aws.create_queue()
    sqs = aws.client("sqs")
    aws.send_messages(queue, "kept")
    mapping = aws.map_queue(queue, aws.create_function(source, Environment=_to(out)))
    (receipt,) = wait_for(lambda: aws.drain_queue(out))
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    wait_for(lambda: _processed(aws, mapping))
    assert aws.count_messages(queue) == (0, 1)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _failures(aws: Aws, function: str) -> list[str]:
    """Receive counts that a function said when it failed."""
    try:
        lines = [event["message"] for event in aws.read_log(function)]
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [line.split("RuntimeError: ")[1].split("\n")[0] for line in lines if "RuntimeError: " in line]


def _processed(aws: Aws, mapping: str) -> bool:
    result: str = aws.client("lambda").get_event_source_mapping(UUID=mapping)["LastProcessingResult"]
    return result.startswith("OK")
