"""Count replayed and dropped dead letters in CloudWatch, so that the accounting of the environment stays complete."""

from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.dead_letters.process import Result

NAMESPACE = "Sluice"
REPLAYED, DROPPED = "DeadLettersReplayed", "DeadLettersDropped"

_INTERVAL = 1.0  # seconds: each request costs money, and a command that is killed leaves this much uncounted
_INTERVAL_AFTER_ERROR = 60.0


class Counter:
    """Publishes the number of letters to a metric about once a second, and never raises.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        worker: The name of the worker's function, the metric's dimension.
        metric: REPLAYED or DROPPED.

    Attributes:
        uncounted: How many letters are not published yet.
        error: The message of the last error.
    """

    def __init__(self, cloudwatch: Any, worker: str, metric: str) -> None:
        self._cloudwatch, self._worker, self._metric = cloudwatch, worker, metric
        self._next = 0.0
        self._published = 0
        self.uncounted = 0
        self.error = ""

    def update(self, result: Result, *, final: bool = False) -> None:
        """Set the result so far; the number of letters is published if the interval has passed or `final` is set.

        Replayed letters count when they were sent, even if they are still in the dead-letter queue; dropped ones count
        when they were deleted.
        """
        total = len(result.done) if self._metric == REPLAYED else len(result.deleted)
        self.uncounted = total - self._published
        if not self.uncounted or (monotonic() < self._next and not final):
            return
        try:
            self._publish(self.uncounted)
        except (BotoCoreError, ClientError) as error:
            self.error = aws_errors.describe_error(error)
            self._next = monotonic() + _INTERVAL_AFTER_ERROR
        else:
            self._published, self.uncounted = total, 0
            self._next = monotonic() + _INTERVAL

    def _publish(self, letters: int) -> None:
        self._cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": self._metric,
                    "Dimensions": [{"Name": "service", "Value": self._worker}],
                    "Unit": "Count",
                    "Value": letters,
                }
            ],
        )
