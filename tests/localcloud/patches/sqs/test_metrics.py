"""Metrics of SQS: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"."""

import time

from tests.support.localcloud import queues
from tests.support.localcloud.aws import Aws, unique_name, wait_for


def test_depth_of_queue_is_recorded(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "one", "two", "three")
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)
    sqs.receive_message(QueueUrl=queue)
    depths = {
        kind: queues.read_queue_metric(aws, queue, f"ApproximateNumberOfMessages{kind}")
        for kind in ("Visible", "NotVisible", "Delayed")
    }
    assert depths == {"Visible": 2, "NotVisible": 1, "Delayed": 1}


def test_queue_is_sampled_once_a_minute(aws: Aws) -> None:
    """Otherwise the sum of its samples would depend on how often metrics are read."""
    queue = aws.create_queue()
    aws.send_messages(queue, "one", "two")
    for _ in range(3):
        total = queues.read_queue_metric(aws, queue, "ApproximateNumberOfMessagesVisible", "Sum")
        assert total in (2, 4)  # 4: a minute has just ended
    aws.drain_queue(queue)
    wait_for(lambda: queues.read_queue_metric(aws, queue, "ApproximateNumberOfMessagesVisible", "Minimum") == 0)


def test_poisoned_message_is_excluded_from_age(aws: Aws) -> None:
    """ "If a message is received three or more times and not deleted ... excluded from this metric"."""
    queue = aws.create_queue(VisibilityTimeout=0)
    aws.send_messages(queue, "poison")
    wait_for(lambda: (queues.read_queue_metric(aws, queue, "ApproximateAgeOfOldestMessage") or 0) >= 1)
    for _ in range(3):
        assert queues.receive_handles(aws, queue)
    wait_for(lambda: queues.read_queue_metric(aws, queue, "ApproximateAgeOfOldestMessage", "Minimum") == 0)


def test_age_of_dead_letter_starts_at_move(aws: Aws) -> None:
    """ "The DLQ's metric reflects the time the message was moved"; earlier receives do not count either."""
    queue, dead = queues.create_queue_with_dead_letters(aws, receives=3, VisibilityTimeout=0)
    aws.send_messages(queue, "bad")
    wait_for(lambda: (queues.read_queue_metric(aws, queue, "ApproximateAgeOfOldestMessage") or 0) >= 2)
    for _ in range(4):
        queues.receive_handles(aws, queue)
    moved = time.time()
    assert queues.read_queue_metric(aws, dead, "ApproximateAgeOfOldestMessage") == 0
    wait_for(lambda: (queues.read_queue_metric(aws, dead, "ApproximateAgeOfOldestMessage") or 0) >= 1)
    assert (queues.read_queue_metric(aws, dead, "ApproximateAgeOfOldestMessage") or 0) <= time.time() - moved + 1


def test_inactive_queue_has_no_metrics(aws: Aws) -> None:
    """ "Metrics emit non-negative values only when the queue is active"."""
    queue = aws.create_queue()
    assert queues.read_queue_metric(aws, queue, "ApproximateNumberOfMessagesVisible") is None
    aws.count_messages(queue)
    assert queues.read_queue_metric(aws, queue, "ApproximateNumberOfMessagesVisible") == 0
    assert queues.read_queue_metric(aws, unique_name("queue"), "ApproximateNumberOfMessagesVisible") is None
