"""CloudWatch metrics of the last five minutes, for contract tests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.localcloud.aws import Aws

DAY = 86_400
Dimensions = Mapping[str, str]


def identify_metric(namespace: str, metric: str, dimensions: Dimensions) -> dict[str, Any]:
    """Return Namespace, MetricName and Dimensions, as CloudWatch's requests have them."""
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": metric, "Dimensions": listed}


def read_statistic(aws: Aws, namespace: str, metric: str, dimensions: Dimensions, statistic: str) -> float | None:
    """Return a statistic of the last five minutes as one period, or None if there is no data."""
    identity = identify_metric(namespace, metric, dimensions)
    query = {"Id": "m", "MetricStat": {"Metric": identity, "Period": DAY, "Stat": statistic}}
    values = read_data(aws, query)["m"]
    return values[0] if values else None


def read_data(aws: Aws, *queries: Mapping[str, Any], **settings: Any) -> dict[str, list[float]]:
    """Return the values of each query over the last five minutes, by the query's id."""
    now = datetime.now(UTC)
    response = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=list(queries), StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=1),
        **settings,
    )  # fmt: skip
    return {result["Id"]: result["Values"] for result in response["MetricDataResults"]}
