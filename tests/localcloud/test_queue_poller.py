"""Lambda's poller of SQS, as "Using Lambda with Amazon SQS" in the Lambda Developer Guide describes it."""

import time

from tests.support.localcloud.aws import Aws, eventually

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
    function, queue = aws.function(SLOW), aws.queue()
    aws.send(queue, *(str(n) for n in range(20)))
    aws.connect(queue, function, BatchSize=1)
    eventually(lambda: aws.counts(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 5


def test_maximum_concurrency_limits_the_batches(aws: Aws) -> None:
    """ "MaximumConcurrency limits the number of concurrent instances that an Amazon SQS event source can invoke"."""
    function, queue = aws.function(SLOW), aws.queue()
    aws.send(queue, *(str(n) for n in range(8)))
    aws.connect(queue, function, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    eventually(lambda: aws.counts(queue) == (0, 0))
    assert len(aws.cloud.sandbox_pids(function)) == 2


def test_a_batch_is_never_larger_than_asked(aws: Aws) -> None:
    out, queue = aws.queue(), aws.queue()
    aws.send(queue, *(str(n) for n in range(9)))
    aws.connect(queue, aws.function(COUNTS, Environment=_to(out)), BatchSize=4)
    eventually(lambda: aws.counts(queue) == (0, 0))
    sizes = sorted(map(int, aws.bodies(out)))
    assert sum(sizes) == 9
    assert max(sizes) == 4


def test_a_window_gathers_messages(aws: Aws) -> None:
    """ "Batch window: the maximum amount of time to gather records before invoking the function"."""
    out, queue = aws.queue(), aws.queue()
    aws.connect(queue, aws.function(COUNTS, Environment=_to(out)), BatchSize=10, MaximumBatchingWindowInSeconds=2)
    for body in "abc":
        aws.send(queue, body)
        time.sleep(0.3)
    assert eventually(lambda: aws.bodies(out)) == ["3"]


def test_with_a_window_a_batch_may_hold_more_than_ten(aws: Aws) -> None:
    """ "When you set BatchSize to a value greater than 10, you must set MaximumBatchingWindowInSeconds to at least
    1"."""
    out, queue = aws.queue(), aws.queue()
    aws.send(queue, *(str(n) for n in range(25)))
    function = aws.function(COUNTS, Environment=_to(out))
    aws.connect(queue, function, BatchSize=25, MaximumBatchingWindowInSeconds=5)
    assert eventually(lambda: aws.bodies(out)) == ["25"]


def test_a_failed_message_stays_hidden_then_returns_then_is_dead(aws: Aws) -> None:
    """ "If your function throws an error, the message becomes visible again after the visibility timeout"; after
    maxReceiveCount receives it moves to the dead-letter queue."""
    dead = aws.queue()
    redrive = f'{{"deadLetterTargetArn": "{aws.queue_arn(dead)}", "maxReceiveCount": 2}}'
    queue = aws.queue(VisibilityTimeout=3, RedrivePolicy=redrive)
    function = aws.function(FAILS, Timeout=3)
    aws.send(queue, "poison")
    aws.connect(queue, function)
    eventually(lambda: _failures(aws, function) == ["1"])
    assert aws.counts(queue) == (0, 1)
    eventually(lambda: _failures(aws, function) == ["1", "2"])
    assert eventually(lambda: aws.bodies(dead)) == ["poison"]
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
    queue, out = aws.queue(VisibilityTimeout=900), aws.queue()
    aws.send(queue, "twice")
    aws.connect(queue, aws.function(source, Environment={"Variables": {"IN": queue, "OUT": out}}))
    assert eventually(lambda: aws.bodies(out)) == ["twice"]
    eventually(lambda: aws.counts(queue) == (0, 0))


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
    queue, out = aws.queue(), aws.queue()
    sqs = aws.client("sqs")
    aws.send(queue, "kept")
    mapping = aws.connect(queue, aws.function(source, Environment=_to(out)))
    (receipt,) = eventually(lambda: aws.bodies(out))
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    eventually(lambda: _processed(aws, mapping))
    assert aws.counts(queue) == (0, 1)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _failures(aws: Aws, function: str) -> list[str]:
    """Receive counts that a function said when it failed."""
    try:
        lines = [event["message"] for event in aws.log(function)]
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [line.split("RuntimeError: ")[1].split("\n")[0] for line in lines if "RuntimeError: " in line]


def _processed(aws: Aws, mapping: str) -> bool:
    result: str = aws.client("lambda").get_event_source_mapping(UUID=mapping)["LastProcessingResult"]
    return result.startswith("OK")
