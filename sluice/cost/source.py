"""The usage that `sluice cost` prices: given, measured in an environment, or recorded by the benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice.cost import measured
from sluice.cost.usage import Standing, Usage, recorded, standing
from sluice.environment import Environment
from sluice.errors import SluiceError, convert_error


@dataclass(frozen=True)
class UsageSource:
    """The usage to price, and why it is not measured, if it should have been."""

    usages: Sequence[Usage]
    standing: Standing
    problem: str | None = None


def measure_usage(environment: str, days: int) -> UsageSource:
    """Return the usage that was measured in an environment, or, if that fails, the usage of the benchmark.

    Args:
        environment: The environment's name.
        days: The number of days to measure, which end now.
    """
    try:
        return _measure(Environment.open(environment), days)
    except (SluiceError, BotoCoreError, ClientError) as error:
        return UsageSource(recorded(), standing(), str(convert_error(error)))


def _measure(environment: Environment, days: int) -> UsageSource:
    worker = environment.output("functions")["worker"]
    cloudwatch: Any = environment.client("cloudwatch")
    usage = measured.usage(cloudwatch, environment.client("lambda"), environment.name, worker, days)
    if usage is None:
        raise SluiceError(f"fewer than 100 images were answered in the last {days} days.")
    return UsageSource([usage], measured.standing_here(cloudwatch, worker.removesuffix("worker")))
