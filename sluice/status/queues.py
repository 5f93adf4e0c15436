"""The number of messages in a queue, and the age of the oldest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sluice.status import metrics
from sluice.status.metrics import Metric

_ATTRIBUTES = {
    "visible": "ApproximateNumberOfMessages",
    "received": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_AGE_SPAN = timedelta(minutes=15)


@dataclass(frozen=True)
class Queue:
    """The messages of a queue. All counts of SQS are approximate.

    Attributes:
        visible: Messages that wait for a consumer.
        received: Messages that a consumer has received and not deleted, which SQS calls in flight.
        delayed: Messages that become visible after a delay.
        oldest_seconds: The age of the oldest message in seconds, some minutes ago; None if it is not known.
    """

    visible: int
    received: int
    delayed: int
    oldest_seconds: float | None

    @property
    def messages(self) -> int:
        """The number of all messages in the queue."""
        return self.visible + self.received + self.delayed


def parse_queue_name(url: str) -> str:
    """Return the name of a queue, which its metrics have as a dimension."""
    return url.rsplit("/", 1)[-1]


def read_queues(sqs: Any, cloudwatch: Any, urls: Mapping[str, str]) -> dict[str, Queue]:
    """Return the state of queues.

    Args:
        sqs: A boto3 client of SQS.
        cloudwatch: A boto3 client of CloudWatch.
        urls: The queues' URLs, by the keys of the result.
    """
    ages = _read_ages(cloudwatch, urls)
    queues = {}
    for key, url in urls.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_ATTRIBUTES.values()))["Attributes"]
        counts = {count: int(attributes[attribute]) for count, attribute in _ATTRIBUTES.items()}
        queues[key] = Queue(**counts, oldest_seconds=ages.get(key) if sum(counts.values()) else None)
    return queues


def _read_ages(cloudwatch: Any, urls: Mapping[str, str]) -> dict[str, float]:
    """Return the last known age of each queue's oldest message; none for a queue that has been empty for long."""
    ages = {
        key: Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", parse_queue_name(url))
        for key, url in urls.items()
    }
    return metrics.read_latest_maxima(cloudwatch, ages, _AGE_SPAN)
