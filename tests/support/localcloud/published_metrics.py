"""What the contract tests ask CloudWatch."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.localcloud.aws import Aws

DAY = 86_400
Dimensions = Mapping[str, str]


def around() -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=1)}


def named(namespace: str, metric: str, dimensions: Dimensions) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": metric, "Dimensions": listed}


def statistic(aws: Aws, namespace: str, metric: str, dimensions: Dimensions, name: str) -> float | None:
    """A statistic of the last five minutes as one period; None when nothing was measured."""
    query = {"Id": "m", "MetricStat": {"Metric": named(namespace, metric, dimensions), "Period": DAY, "Stat": name}}
    values = data(aws, query)["m"]
    return values[0] if values else None


def data(aws: Aws, *queries: Mapping[str, Any], **settings: Any) -> dict[str, list[float]]:
    """The values of each query of the last five minutes, by its id."""
    found = aws.client("cloudwatch").get_metric_data(MetricDataQueries=list(queries), **around(), **settings)
    return {result["Id"]: result["Values"] for result in found["MetricDataResults"]}
