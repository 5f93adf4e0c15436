"""What was done is counted while it is done: about once a second, and nothing twice."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters import count
from sluice.dead_letters.count import REPLAYED, Count


class CloudWatch:
    """Remembers what it was told; refuses it while `away`."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self.away = False

    def put_metric_data(self, MetricData: list[dict[str, Any]], **_: Any) -> None:  # noqa: N803 - boto3's
        if self.away:
            raise ClientError({"Error": {"Code": "Throttling", "Message": "Slower."}}, "PutMetricData")
        self.values += [metric["Value"] for metric in MetricData]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that it shows now."""
    shown = [100.0]
    monkeypatch.setattr(count, "monotonic", lambda: shown[0])
    return shown


def test_it_is_counted_once_a_second_and_at_the_end(clock: list[float]) -> None:
    cloudwatch = CloudWatch()
    counting = Count(cloudwatch, "worker", REPLAYED)
    for reached in (10, 20, 30):
        counting.reached(reached)
    assert cloudwatch.values == [10]
    clock[0] += 1
    counting.reached(40)
    assert cloudwatch.values == [10, 30]
    counting.reached(47, last=True)
    counting.reached(47, last=True)
    assert cloudwatch.values == [10, 30, 7]
    assert counting.missed == 0


def test_what_could_not_be_counted_is_counted_later(clock: list[float]) -> None:
    cloudwatch = CloudWatch()
    cloudwatch.away = True
    counting = Count(cloudwatch, "worker", REPLAYED)
    counting.reached(10)
    assert (counting.missed, counting.why) == (
        10, "AWS is throttling PutMetricData, also after several tries: try again in a minute.",
    )  # fmt: skip
    cloudwatch.away = False
    clock[0] += 30
    counting.reached(20)
    assert cloudwatch.values == []  # each try may take a minute, and the letters wait
    clock[0] += 30
    counting.reached(30)
    assert (cloudwatch.values, counting.missed) == ([30], 0)
