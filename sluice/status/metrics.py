"""What CloudWatch measured, summed over a time or as last seen: one request for many metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Metric:
    """A metric of one dimension."""

    namespace: str
    name: str
    dimension: str
    value: str


def period(seconds: float) -> int:
    """Seconds of a datapoint: CloudWatch keeps minutes for 15 days, five for 63, hours for 455.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    if seconds <= _DAY:
        return _MINUTE
    return 5 * _MINUTE if seconds <= 15 * _DAY else _HOUR


def sums(cloudwatch: Any, metrics: Mapping[str, Metric], since: timedelta) -> dict[str, int]:
    """The sum of each metric from `since` ago until now, by the key that it has; of one that nobody wrote 0."""
    found = dict.fromkeys(metrics, 0.0)
    for key, values in _told(cloudwatch, metrics, "Sum", since):
        found[key] += sum(values)
    return {key: round(value) for key, value in found.items()}


def latest(cloudwatch: Any, metrics: Mapping[str, Metric], since: timedelta) -> dict[str, float]:
    """The newest maximum of each metric that was written from `since` ago until now, by the key that it has."""
    found: dict[str, float] = {}
    for key, values in _told(cloudwatch, metrics, "Maximum", since):
        if values:
            found.setdefault(key, values[0])
    return found


def _told(
    cloudwatch: Any, metrics: Mapping[str, Metric], statistic: str, since: timedelta
) -> Iterator[tuple[str, list[float]]]:
    """Keys and values, the newest first; a key comes again with what is older when there is much."""
    now, each = datetime.now(UTC), period(since.total_seconds())
    begin = datetime.fromtimestamp((now - since).timestamp() // each * each, UTC)
    asked = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [{"Name": metric.dimension, "Value": metric.value}],
                },
                "Period": each,
                "Stat": statistic,
            },
        }
        for key, metric in metrics.items()
    ]
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=asked, StartTime=begin, EndTime=now + timedelta(minutes=1), ScanBy="TimestampDescending"
    )
    for page in pages:
        yield from ((result["Id"], result["Values"]) for result in page["MetricDataResults"])
