"""The ledger: every task that was sent has one end, or is on its way to it."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sluice.status.metrics import Metric, sums
from sluice.status.queues import Queue, name


@dataclass(frozen=True)
class Ledger:
    """sent - replayed = predicted + rejected + dropped + dead + in flight.

    The first five were counted over a time; `dead` and `in_flight` are what lies in the queues now. `sent` counts a
    replayed dead letter again.
    """

    sent: int
    replayed: int
    predicted: int
    rejected: int
    dropped: int
    dead: int
    in_flight: int

    @property
    def missing(self) -> int:
        """How many tasks have no end; below zero: how many ends have no task."""
        return self.sent - self.replayed - self.predicted - self.rejected - self.dropped - self.dead - self.in_flight

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it may not be balanced though nothing is lost; empty when it is."""
        if self.missing == 0:
            return ()
        both = (
            "CloudWatch has not yet heard of the last minutes: ask again in five",
            "SQS tells its counts only approximately while messages move",
        )
        if self.missing > 0:
            return (*both, "a message was taken out of a queue by other means, or expired there, which counts nowhere")
        return (
            *both,
            "what was sent before this time ended, or lies dead, within it: ask with a longer --since",
            "a worker died after its answers and repeated them: they count twice, though the results queue keeps one",
        )

    def as_dict(self) -> dict[str, int]:
        """All the numbers."""
        return {**asdict(self), "missing": self.missing}


def look(cloudwatch: Any, addresses: dict[str, Any], queues: dict[str, Queue], since: timedelta) -> Ledger:
    """The ledger of the time `since` ago until now; `addresses` are Terraform's outputs, `queues` what lies in them."""
    worker = addresses["functions"]["worker"]
    names = {
        "replayed": "DeadLettersReplayed",
        "predicted": "Predictions",
        "rejected": "Rejections",
        "dropped": "DeadLettersDropped",
    }
    counts = {count: Metric("Sluice", metric, "service", worker) for count, metric in names.items()}
    counts["sent"] = Metric("AWS/SQS", "NumberOfMessagesSent", "QueueName", name(addresses["images"]))
    return Ledger(
        **sums(cloudwatch, counts, since), dead=queues["dead_letters"].messages, in_flight=queues["images"].messages
    )
