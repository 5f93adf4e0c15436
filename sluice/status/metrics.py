"""Metrics of CloudWatch, summed over a period or as last measured, with one request for many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Metric:
    """A metric with one dimension."""

    namespace: str
    name: str
    dimension: str
    value: str


def choose_period(seconds: float) -> int:
    """Return the shortest period of datapoints that CloudWatch keeps for a time span of so many seconds.

    Minutes are kept for 15 days, five minutes for 63 days and hours for 455 days:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    if seconds <= _DAY:
        return _MINUTE
    return 5 * _MINUTE if seconds <= 15 * _DAY else _HOUR


def read_metric_sums(cloudwatch: Any, metrics: Mapping[str, Metric], since: timedelta) -> dict[str, int]:
    """Return the sum of each metric over the time span that ends now, by its key; 0 for one without data.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        metrics: The metrics by a key of letters, digits and underscores that begins with a lower-case letter.
        since: The length of the time span.
    """
    totals = dict.fromkeys(metrics, 0.0)
    for key, values in _read_values(cloudwatch, metrics, "Sum", since):
        totals[key] += sum(values)
    return {key: round(value) for key, value in totals.items()}


def read_latest_maxima(cloudwatch: Any, metrics: Mapping[str, Metric], since: timedelta) -> dict[str, float]:
    """Return the newest maximum of each metric that has data in the time span that ends now, by its key.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        metrics: The metrics, as for `read_metric_sums`.
        since: The length of the time span.
    """
    latest: dict[str, float] = {}
    for key, values in _read_values(cloudwatch, metrics, "Maximum", since):
        if values:
            latest.setdefault(key, values[0])
    return latest


def _read_values(
    cloudwatch: Any, metrics: Mapping[str, Metric], statistic: str, since: timedelta
) -> Iterator[tuple[str, list[float]]]:
    """Yield keys and values, newest first; a key repeats, with older values, if there are several pages."""
    now, period = datetime.now(UTC), choose_period(since.total_seconds())
    start = datetime.fromtimestamp((now - since).timestamp() // period * period, UTC)
    queries = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [{"Name": metric.dimension, "Value": metric.value}],
                },
                "Period": period,
                "Stat": statistic,
            },
        }
        for key, metric in metrics.items()
    ]
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=now + timedelta(minutes=1), ScanBy="TimestampDescending"
    )
    for page in pages:
        yield from ((result["Id"], result["Values"]) for result in page["MetricDataResults"])
