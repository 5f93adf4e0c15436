"""What CloudWatch counted over a time, summed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True)
class Count:
    """A metric that counts: its namespace, name and one dimension."""

    namespace: str
    name: str
    dimension: str
    value: str


def period(seconds: float) -> int:
    """Seconds of a datapoint: CloudWatch keeps minutes for 15 days, five for 63, hours for 455.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    if seconds <= _DAY:
        return 60
    return 300 if seconds <= 15 * _DAY else _HOUR


def sums(cloudwatch: Any, counts: Mapping[str, Count], since: timedelta) -> dict[str, int]:
    """The sum of each count, by the key that it has; a metric that nobody wrote is 0."""
    now, each = datetime.now(UTC), period(since.total_seconds())
    begin = datetime.fromtimestamp((now - since).timestamp() // each * each, UTC)
    asked = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {
                    "Namespace": count.namespace,
                    "MetricName": count.name,
                    "Dimensions": [{"Name": count.dimension, "Value": count.value}],
                },
                "Period": each,
                "Stat": "Sum",
            },
        }
        for key, count in counts.items()
    ]
    found = dict.fromkeys(counts, 0.0)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=asked, StartTime=begin, EndTime=now + timedelta(minutes=1)
    )
    for result in (result for page in pages for result in page["MetricDataResults"]):
        found[result["Id"]] += sum(result["Values"])
    return {key: round(value) for key, value in found.items()}
