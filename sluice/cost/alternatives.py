"""Other ways to compute the same answers, priced for the same measured seconds.

Only the computing is held against Lambda's: queues, logs and traces would be the same around each of them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sluice.cost import images
from sluice.cost.prices import HOURS, price
from sluice.cost.usage import UTILISATION, Usage

_SERVERLESS_GB = 2  # SageMaker sells whole gigabytes; two are the least that hold what 1,769 MB do


@dataclass(frozen=True)
class Server:
    """Machines that are paid by the hour: dollars a month for one of so many cores, and how many there are at least."""

    name: str
    dollars: float
    cores: int
    least: int = 1

    def capacity(self, usage: Usage) -> float:
        """Images a month that one of them does, busy for the assumed part of its time."""
        return self.cores * UTILISATION * HOURS * 3600 / usage.core_seconds

    def month(self, usage: Usage, monthly: float) -> float:
        """Dollars for so many images a month."""
        return max(self.least, math.ceil(monthly / self.capacity(usage))) * self.dollars

    def cheaper(self, usage: Usage) -> float | None:
        """The fewest images a month for which it costs less than Sluice; None when it never does."""
        fewest = max(0.0, (self.least * self.dollars - images.idle()) / _each(usage))
        # More machines do not help: each that is added costs as much and does as much as those that are there.
        return fewest if fewest <= self.least * self.capacity(usage) else None


@dataclass(frozen=True)
class Metered:
    """Paid by the second of work, as Sluice is; nothing is batched."""

    name: str
    dollars: Callable[[Usage], float]

    def month(self, usage: Usage, monthly: float) -> float:
        """Dollars for so many images a month."""
        return monthly * self.dollars(usage)

    def until(self, usage: Usage) -> float:
        """The images a month up to which it costs less than Sluice, which pays to look into its queue; or infinity."""
        more = self.dollars(usage) - _each(usage)
        return images.idle() / more if more > 0 else math.inf


def sluice(usage: Usage, monthly: float) -> float:
    """Dollars for so many images a month by Lambda, its looks into the queue included."""
    return images.idle() + monthly * _each(usage)


def _each(usage: Usage) -> float:
    return images.queue(usage, 1_000_000)["Lambda"] / 1_000_000


def _serverless(usage: Usage) -> float:
    seconds = math.ceil(round(usage.core_seconds * 1000, 6)) / 1000
    return seconds * _SERVERLESS_GB * price("sagemaker", "serverless_gb_second")


ALTERNATIVES: Sequence[Server | Metered] = (
    Server("SageMaker endpoint, one ml.m5.large", HOURS * price("sagemaker", "ml_m5_large_hour"), 2),
    Server("SageMaker endpoint, two ml.m5.large", HOURS * price("sagemaker", "ml_m5_large_hour"), 2, 2),
    Metered("SageMaker serverless endpoint, 2 GB", _serverless),
    Server(
        "Fargate service, 1 vCPU and 2 GB", HOURS * (price("fargate", "vcpu_hour") + 2 * price("fargate", "gb_hour")), 1
    ),
    Server("EC2, one m5.large", HOURS * price("ec2", "m5_large_hour") + 8 * price("ec2", "disk_gb_month"), 2),
)
