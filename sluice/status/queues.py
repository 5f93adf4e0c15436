"""How much lies in a queue, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sluice.status import metrics
from sluice.status.metrics import Metric

_ATTRIBUTES = {
    "visible": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_LATELY = timedelta(minutes=15)


@dataclass(frozen=True)
class Queue:
    """Messages that wait, are being worked on or wait to be visible; the age in seconds of the oldest, if known.

    All approximate, says SQS; the age is as of some minutes ago.
    """

    visible: int
    in_flight: int
    delayed: int
    oldest_seconds: float | None

    @property
    def messages(self) -> int:
        """All that are in it."""
        return self.visible + self.in_flight + self.delayed


def name(url: str) -> str:
    """A queue's name, as its metrics have it."""
    return url.rsplit("/", 1)[-1]


def look(sqs: Any, cloudwatch: Any, urls: Mapping[str, str]) -> dict[str, Queue]:
    """The queues at `urls`, by the names that they have there."""
    ages = _ages(cloudwatch, urls)
    found = {}
    for which, url in urls.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_ATTRIBUTES.values()))["Attributes"]
        counts = {count: int(attributes[attribute]) for count, attribute in _ATTRIBUTES.items()}
        found[which] = Queue(**counts, oldest_seconds=ages.get(which) if sum(counts.values()) else None)
    return found


def _ages(cloudwatch: Any, urls: Mapping[str, str]) -> dict[str, float]:
    """The last known age of each queue's oldest message; none of one that was empty or idle for long."""
    ages = {
        which: Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name(url)) for which, url in urls.items()
    }
    return metrics.latest(cloudwatch, ages, _LATELY)
