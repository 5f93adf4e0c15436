"""Counts what was replayed or dropped while it is done, so that the ledger of the environment stays whole."""

from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors

NAMESPACE = "Sluice"
REPLAYED, DROPPED = "DeadLettersReplayed", "DeadLettersDropped"

_EVERY = 1.0  # seconds: each request is paid, and a command that is killed leaves so much uncounted
_AFTER_FAILURE = 60.0


class Count:
    """Publishes REPLAYED or DROPPED letters under the worker's name, about once a second.

    `missed`: how many are not yet counted; `why`, in a sentence, when it failed, which is raised nowhere.
    """

    def __init__(self, cloudwatch: Any, worker: str, metric: str) -> None:
        self._cloudwatch, self._worker, self._metric = cloudwatch, worker, metric
        self._due = 0.0
        self._counted = 0
        self.missed = 0
        self.why = ""

    def reached(self, letters: int, *, last: bool = False) -> None:
        """So many there are by now, in all; what is not yet counted is published if it is time, or `last`."""
        self.missed = letters - self._counted
        if not self.missed or (monotonic() < self._due and not last):
            return
        try:
            self._publish(self.missed)
        except (BotoCoreError, ClientError) as error:
            self.why = aws_errors.sentence(error)
            self._due = monotonic() + _AFTER_FAILURE
        else:
            self._counted, self.missed = letters, 0
            self._due = monotonic() + _EVERY

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
