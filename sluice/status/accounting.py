"""The accounting of tasks: sent = predicted + rejected + dead + in flight.

A replayed dead letter counts as sent once, a dropped one as dead, and every message in the images queue as in flight.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sluice.status.metrics import Metric, read_metric_sums
from sluice.status.queues import Queue, parse_queue_name


@dataclass(frozen=True)
class Accounting:
    """The outcomes of the tasks of a time span, from metrics and from the messages that are in the queues now.

    Attributes:
        messages_sent: Messages that were sent to the images queue, replayed dead letters included.
        replayed: Dead letters that were sent to the images queue again.
        predicted: Predictions.
        rejected: Rejections.
        dropped: Dead letters that were deleted with `sluice dead drop`.
        dead_letters: Dead letters that are in their queue now.
        in_flight: Messages that are in the images queue now.
    """

    messages_sent: int
    replayed: int
    predicted: int
    rejected: int
    dropped: int
    dead_letters: int
    in_flight: int

    @property
    def sent(self) -> int:
        """Tasks that were sent, each counted once."""
        return self.messages_sent - self.replayed

    @property
    def dead(self) -> int:
        """Tasks that became dead letters, dropped ones included."""
        return self.dead_letters + self.dropped

    @property
    def missing(self) -> int:
        """Tasks without an outcome; negative if there are more outcomes than tasks."""
        return self.sent - self.predicted - self.rejected - self.dead - self.in_flight

    @property
    def possible_reasons(self) -> tuple[str, ...]:
        """Why `missing` may differ from 0 although no task is lost; empty if it is 0."""
        if self.missing == 0:
            return ()
        always = (
            "CloudWatch metrics lag by up to five minutes; try again later",
            "the counts of SQS are approximate while messages move",
        )
        if self.missing > 0:
            return (
                *always,
                "a message was deleted from a queue by other means, or expired there, which is not counted",
            )
        return (
            *always,
            "tasks that were sent before this time span ended in it, or are dead letters now: use a longer --since",
            "a worker died after it had sent results, and sent them again: they count twice, although the predictions "
            "queue keeps one of each",
        )

    def as_dict(self) -> dict[str, int]:
        """Return the terms of the equation, the difference, and how many tasks were replayed and dropped."""
        return {
            "sent": self.sent,
            "predicted": self.predicted,
            "rejected": self.rejected,
            "dead": self.dead,
            "in_flight": self.in_flight,
            "missing": self.missing,
            "replayed": self.replayed,
            "dropped": self.dropped,
        }


def read_accounting(
    cloudwatch: Any, outputs: Mapping[str, Any], queues: Mapping[str, Queue], since: timedelta
) -> Accounting:
    """Return the accounting of the time span that ends now.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        outputs: Terraform's outputs.
        queues: The queues `images` and `dead_letters`.
        since: The length of the time span.
    """
    worker = outputs["functions"]["worker"]
    names = {
        "replayed": "DeadLettersReplayed",
        "predicted": "Predictions",
        "rejected": "Rejections",
        "dropped": "DeadLettersDropped",
    }
    metrics = {key: Metric("Sluice", name, "service", worker) for key, name in names.items()}
    metrics["messages_sent"] = Metric(
        "AWS/SQS", "NumberOfMessagesSent", "QueueName", parse_queue_name(outputs["images"])
    )
    return Accounting(
        **read_metric_sums(cloudwatch, metrics, since),
        dead_letters=queues["dead_letters"].messages,
        in_flight=queues["images"].messages,
    )
