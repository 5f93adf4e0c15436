"""What SQS measures: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"."""

import json
import time

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, unique_name, wait_for


def gauge(aws: Aws, queue: str, metric: str, statistic: str = "Maximum") -> float | None:
    return metrics.read_statistic(aws, "AWS/SQS", metric, {"QueueName": queue.rsplit("/", 1)[-1]}, statistic)


def with_dead_letters(aws: Aws, receives: int = 1) -> tuple[str, str]:
    """A queue whose messages are visible again at once, and its dead-letter queue."""
    dead = aws.create_queue()
    policy = json.dumps({"deadLetterTargetArn": aws.queue_arn(dead), "maxReceiveCount": receives})
    return aws.create_queue(VisibilityTimeout=0, RedrivePolicy=policy), dead


def receive(aws: Aws, queue: str, **settings: int) -> list[str]:
    found = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, **settings)
    return [message["ReceiptHandle"] for message in found.get("Messages", [])]


def test_what_a_queue_holds_is_measured(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "one", "two", "three")
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)
    sqs.receive_message(QueueUrl=queue)
    held = {
        kind: gauge(aws, queue, f"ApproximateNumberOfMessages{kind}") for kind in ("Visible", "NotVisible", "Delayed")
    }
    assert held == {"Visible": 2, "NotVisible": 1, "Delayed": 1}


def test_a_queue_is_sampled_once_a_minute(aws: Aws) -> None:
    """Else a sum over its samples would depend on how often somebody looked."""
    queue = aws.create_queue()
    aws.send_messages(queue, "one", "two")
    for _ in range(3):
        assert gauge(aws, queue, "ApproximateNumberOfMessagesVisible", "Sum") in (2, 4)  # 4: a minute just ended
    aws.drain_queue(queue)
    wait_for(lambda: gauge(aws, queue, "ApproximateNumberOfMessagesVisible", "Minimum") == 0)


def test_a_message_that_nobody_can_use_has_no_age(aws: Aws) -> None:
    """ "If a message is received three or more times and not deleted ... excluded from this metric"."""
    queue = aws.create_queue(VisibilityTimeout=0)
    aws.send_messages(queue, "poison")
    wait_for(lambda: (gauge(aws, queue, "ApproximateAgeOfOldestMessage") or 0) >= 1)
    for _ in range(3):
        assert receive(aws, queue)
    wait_for(lambda: gauge(aws, queue, "ApproximateAgeOfOldestMessage", "Minimum") == 0)


def test_a_dead_letter_is_as_old_as_its_death(aws: Aws) -> None:
    """ "The DLQ's metric reflects the time the message was moved"; the receives before do not count either."""
    queue, dead = with_dead_letters(aws, receives=3)
    aws.send_messages(queue, "bad")
    wait_for(lambda: (gauge(aws, queue, "ApproximateAgeOfOldestMessage") or 0) >= 2)
    for _ in range(4):
        receive(aws, queue)
    moved = time.time()
    assert gauge(aws, dead, "ApproximateAgeOfOldestMessage") == 0
    wait_for(lambda: (gauge(aws, dead, "ApproximateAgeOfOldestMessage") or 0) >= 1)
    assert (gauge(aws, dead, "ApproximateAgeOfOldestMessage") or 0) <= time.time() - moved + 1


def test_a_queue_that_nobody_uses_has_no_metrics(aws: Aws) -> None:
    """ "Metrics emit non-negative values only when the queue is active"."""
    queue = aws.create_queue()
    assert gauge(aws, queue, "ApproximateNumberOfMessagesVisible") is None
    aws.count_messages(queue)
    assert gauge(aws, queue, "ApproximateNumberOfMessagesVisible") == 0
    assert gauge(aws, unique_name("queue"), "ApproximateNumberOfMessagesVisible") is None
