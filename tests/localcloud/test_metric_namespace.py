"""The condition key cloudwatch:namespace: Service Authorization Reference, "Amazon CloudWatch"."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow

METRICS = [{"MetricName": "Counted", "Value": 1.0}]


def test_metrics_are_put_where_one_may_put_them(aws: Aws) -> None:
    own = {"StringEquals": {"cloudwatch:namespace": "Own"}}
    client = aws.client("cloudwatch", aws.create_user({**allow("cloudwatch:PutMetricData"), "Condition": own}))
    for namespace in ("Other", "Own/Other"):
        with pytest.raises(ClientError, match="cloudwatch:PutMetricData"):
            client.put_metric_data(Namespace=namespace, MetricData=METRICS)
    client.put_metric_data(Namespace="Own", MetricData=METRICS)
    found = aws.client("cloudwatch").list_metrics(MetricName="Counted")["Metrics"]
    assert {metric["Namespace"] for metric in found} == {"Own"}


def test_only_putting_knows_a_namespace(aws: Aws) -> None:
    own = {"StringEquals": {"cloudwatch:namespace": "Own"}}
    client, now = (
        aws.client("cloudwatch", aws.create_user({**allow("cloudwatch:*"), "Condition": own})),
        datetime.now(UTC),
    )
    asked = {"StartTime": now - timedelta(hours=1), "EndTime": now, "Period": 60, "Statistics": ["Sum"]}
    with pytest.raises(ClientError, match="cloudwatch:GetMetricStatistics"):
        client.get_metric_statistics(Namespace="Own", MetricName="Counted", **asked)
