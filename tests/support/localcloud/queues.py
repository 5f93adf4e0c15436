"""SQS queues of the contract tests: with dead-letter queues, and their metrics."""

import json
from typing import Any

from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws


def create_queue_with_dead_letters(aws: Aws, receives: int = 1, **attributes: Any) -> tuple[str, str]:
    """Create a queue with a dead-letter queue, to which messages move after `receives` receives; return both URLs."""
    dead = aws.create_queue()
    policy = json.dumps({"deadLetterTargetArn": aws.queue_arn(dead), "maxReceiveCount": receives})
    return aws.create_queue(RedrivePolicy=policy, **attributes), dead


def receive_handles(aws: Aws, queue: str) -> list[str]:
    """Receive up to ten messages; return their receipt handles."""
    response = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [message["ReceiptHandle"] for message in response.get("Messages", [])]


def read_queue_metric(aws: Aws, queue: str, metric: str, statistic: str = "Maximum") -> float | None:
    """Return a statistic of a queue's metric over the last five minutes, or None if there is no data."""
    dimensions = {"QueueName": queue.rsplit("/", 1)[-1]}
    return metrics.read_statistic(aws, "AWS/SQS", metric, dimensions, statistic)
