"""The accounting adds up what CloudWatch counted and what is in the queues."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud
from sluice.status.accounting import Accounting, read_accounting
from sluice.status.queues import read_queues

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


def test_read_accounting_uses_metrics_and_queues(cloud: LocalCloud) -> None:
    assert cloud.endpoint
    sqs, cloudwatch, name = boto3.client("sqs"), boto3.client("cloudwatch"), uuid4().hex[:8]
    urls = {
        queue: sqs.create_queue(QueueName=f"{name}-{queue.replace('_', '-')}")["QueueUrl"]
        for queue in ("images", "dead_letters")
    }
    for _ in range(7):
        sqs.send_message(QueueUrl=urls["images"], MessageBody="x")
    sqs.receive_message(QueueUrl=urls["images"], MaxNumberOfMessages=1)
    sqs.send_message(QueueUrl=urls["images"], MessageBody="x", DelaySeconds=600)
    sqs.send_message(QueueUrl=urls["dead_letters"], MessageBody="x")
    _put_metrics(cloudwatch, name, Predictions=3, Rejections=2, DeadLettersReplayed=1, DeadLettersDropped=4)
    _put_metrics(cloudwatch, "another", Predictions=50)
    _put_metrics(cloudwatch, name, ago=2 * HOUR, Predictions=60)

    queues = read_queues(sqs, cloudwatch, urls)
    assert queues["images"].visible == 6
    assert queues["images"].received == 1
    assert queues["images"].delayed == 1
    assert queues["images"].oldest_seconds is not None
    accounting = read_accounting(cloudwatch, {**urls, "functions": {"worker": name}}, queues, HOUR)
    assert accounting == Accounting(
        messages_sent=8, replayed=1, predicted=3, rejected=2, dropped=4, dead_letters=1, in_flight=8
    )


def _put_metrics(cloudwatch: Any, worker: str, ago: timedelta = timedelta(0), **counts: int) -> None:
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


def test_accounting_balances_with_replays_and_drops() -> None:
    accounting = Accounting(**BALANCED)
    assert accounting.sent == 9
    assert accounting.dead == 2
    assert accounting.sent == accounting.predicted + accounting.rejected + accounting.dead + accounting.in_flight


@pytest.mark.parametrize(
    ("changes", "missing", "reason"),
    [
        ({}, 0, None),
        ({"messages_sent": 12}, 2, "expired there"),
        ({"predicted": 5}, -1, "sent them again"),
        ({"replayed": 0}, 1, "lag by up to five minutes"),
        ({"dead_letters": 0}, 1, "are approximate"),
        ({"dropped": 3}, -2, "longer --since"),
    ],
)
def test_accounting_explains_missing_tasks(changes: dict[str, int], missing: int, reason: str | None) -> None:
    accounting = Accounting(**BALANCED | changes)
    assert accounting.missing == accounting.as_dict()["missing"] == missing
    if reason is None:
        assert accounting.possible_reasons == ()
    else:
        assert any(reason in text for text in accounting.possible_reasons)
