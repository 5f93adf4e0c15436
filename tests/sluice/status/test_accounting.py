"""The ledger: what CloudWatch counted and what lies in real queues."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud
from sluice.status import accounting, queues
from sluice.status.accounting import Accounting

HOUR = timedelta(hours=1)
BALANCED = {
    "messages_sent": 10,
    "replayed": 1,
    "predicted": 4,
    "rejected": 2,
    "dropped": 1,
    "dead_letters": 1,
    "in_flight": 1,
}


def test_it_is_counted_from_metrics_and_queues(cloud: LocalCloud) -> None:
    assert cloud.endpoint
    sqs, cloudwatch, name = boto3.client("sqs"), boto3.client("cloudwatch"), uuid4().hex[:8]
    urls = {
        which: sqs.create_queue(QueueName=f"{name}-{which.replace('_', '-')}")["QueueUrl"]
        for which in ("images", "dead_letters")
    }
    for _ in range(7):
        sqs.send_message(QueueUrl=urls["images"], MessageBody="x")
    sqs.receive_message(QueueUrl=urls["images"], MaxNumberOfMessages=1)
    sqs.send_message(QueueUrl=urls["images"], MessageBody="x", DelaySeconds=600)
    sqs.send_message(QueueUrl=urls["dead_letters"], MessageBody="x")
    _count(cloudwatch, name, Predictions=3, Rejections=2, DeadLettersReplayed=1, DeadLettersDropped=4)
    _count(cloudwatch, "another", Predictions=50)
    _count(cloudwatch, name, ago=2 * HOUR, Predictions=60)

    lying = queues.read_queues(sqs, cloudwatch, urls)
    assert (lying["images"].visible, lying["images"].in_flight, lying["images"].delayed) == (6, 1, 1)
    assert lying["images"].oldest_seconds is not None
    assert accounting.read_accounting(cloudwatch, {**urls, "functions": {"worker": name}}, lying, HOUR) == Accounting(
        messages_sent=8, replayed=1, predicted=3, rejected=2, dropped=4, dead_letters=1, in_flight=8
    )


def _count(cloudwatch: Any, worker: str, ago: timedelta = timedelta(0), **counts: int) -> None:
    cloudwatch.put_metric_data(
        Namespace="Sluice",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": "service", "Value": worker}],
                "Value": count,
                "Timestamp": datetime.now(UTC) - ago,
            }
            for metric, count in counts.items()
        ],
    )


@pytest.mark.parametrize(
    ("more", "missing", "reason"),
    [
        ({}, 0, None),
        ({"messages_sent": 12}, 2, "expired there"),
        ({"predicted": 5}, -1, "sent them again"),
        ({"replayed": 0}, 1, "lag by up to five minutes"),
        ({"dead_letters": 0}, 1, "are approximate"),
        ({"dropped": 3}, -2, "longer --since"),
    ],
)
def test_each_task_has_one_end_or_the_reasons_are_told(more: dict[str, int], missing: int, reason: str | None) -> None:
    found = Accounting(**BALANCED | more)
    assert found.missing == found.as_dict()["missing"] == missing
    assert any(reason in told for told in found.possible_reasons) if reason else found.possible_reasons == ()
