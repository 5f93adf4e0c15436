"""Alternatives to Lambda, priced for the same measured seconds.

Only compute is compared: queues, logs and traces cost the same with each alternative.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sluice.cost import line_items
from sluice.cost.prices import HOURS_PER_MONTH, get_price
from sluice.cost.usage import UTILIZATION, Usage

_SERVERLESS_GB = 2  # SageMaker sells whole gigabytes; 2 are the fewest that hold as much as 1,769 MB


@dataclass(frozen=True)
class Server:
    """Machines that are billed by the hour.

    Attributes:
        name: Name of the alternative.
        dollars: Monthly cost of one machine.
        cores: Cores of one machine.
        minimum: Number of machines that always run.
    """

    name: str
    dollars: float
    cores: int
    minimum: int = 1

    def capacity(self, usage: Usage) -> float:
        """Return the images per month that one machine processes at the assumed utilization."""
        return self.cores * UTILIZATION * HOURS_PER_MONTH * 3600 / usage.core_seconds

    def monthly_cost(self, usage: Usage, images: float) -> float:
        """Return the monthly cost in US dollars of a number of images per month."""
        return max(self.minimum, math.ceil(images / self.capacity(usage))) * self.dollars

    def break_even(self, usage: Usage) -> float | None:
        """Return the images per month from which it costs less than Lambda; None if it never does."""
        images = max(0.0, (self.minimum * self.dollars - line_items.price_polling()) / _lambda_cost_per_image(usage))
        # Beyond the capacity of these machines, each further machine costs as much per image as they do when full.
        return images if images <= self.minimum * self.capacity(usage) else None


@dataclass(frozen=True)
class PayPerUse:
    """A service that is billed by the second of work, as Lambda is, but without batches.

    Attributes:
        name: Name of the alternative.
        image_cost: Returns the cost of one image in US dollars.
    """

    name: str
    image_cost: Callable[[Usage], float]

    def monthly_cost(self, usage: Usage, images: float) -> float:
        """Return the monthly cost in US dollars of a number of images per month."""
        return images * self.image_cost(usage)

    def break_even(self, usage: Usage) -> float:
        """Return the images per month up to which it costs less than Lambda, which pays for polling; or infinity."""
        difference = self.image_cost(usage) - _lambda_cost_per_image(usage)
        return line_items.price_polling() / difference if difference > 0 else math.inf


def lambda_cost(usage: Usage, images: float) -> float:
    """Return the monthly cost in US dollars of a number of images per month in Lambda, including polling."""
    return line_items.price_polling() + images * _lambda_cost_per_image(usage)


def _lambda_cost_per_image(usage: Usage) -> float:
    return line_items.price_queue(usage, 1_000_000)["Lambda"] / 1_000_000


def _price_serverless(usage: Usage) -> float:
    seconds = math.ceil(round(usage.core_seconds * 1000, 6)) / 1000
    return seconds * _SERVERLESS_GB * get_price("sagemaker", "serverless_gb_second")


_ENDPOINT = HOURS_PER_MONTH * get_price("sagemaker", "ml_m5_large_hour")
_FARGATE = HOURS_PER_MONTH * (get_price("fargate", "vcpu_hour") + 2 * get_price("fargate", "gb_hour"))
_EC2 = HOURS_PER_MONTH * get_price("ec2", "m5_large_hour") + 8 * get_price("ec2", "disk_gb_month")

ALTERNATIVES: Sequence[Server | PayPerUse] = (
    Server("SageMaker endpoint, one ml.m5.large", _ENDPOINT, 2),
    Server("SageMaker endpoint, two ml.m5.large", _ENDPOINT, 2, 2),
    PayPerUse("SageMaker serverless endpoint, 2 GB", _price_serverless),
    Server("Fargate service, 1 vCPU and 2 GB", _FARGATE, 1),
    Server("EC2, one m5.large", _EC2, 2),
)
