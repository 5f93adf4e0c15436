"""Counts what was replayed or dropped, so that the ledger of the environment stays whole."""

from typing import Any

NAMESPACE = "Sluice"
REPLAYED, DROPPED = "DeadLettersReplayed", "DeadLettersDropped"


def count(cloudwatch: Any, worker: str, metric: str, letters: int) -> None:
    """Publish so many of REPLAYED or DROPPED under the worker's name; nothing of none."""
    if letters:
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": metric,
                    "Dimensions": [{"Name": "service", "Value": worker}],
                    "Unit": "Count",
                    "Value": letters,
                }
            ],
        )
