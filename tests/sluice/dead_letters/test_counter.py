"""What was done is counted while it is done: about once a second, and nothing twice."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters import counter
from sluice.dead_letters.counter import REPLAYED, Counter
from sluice.dead_letters.process import Result


class CloudWatch:
    """Remembers what it was told; refuses it while `away`."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self.away = False

    def put_metric_data(self, MetricData: list[dict[str, Any]], **_: Any) -> None:  # noqa: N803 - boto3's
        if self.away:
            raise ClientError({"Error": {"Code": "Throttling", "Message": "Slower."}}, "PutMetricData")
        self.values += [metric["Value"] for metric in MetricData]


def _done(letters: int) -> Result:
    return Result(done=[f"n{n}" for n in range(letters)])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that it shows now."""
    shown = [100.0]
    monkeypatch.setattr(counter, "monotonic", lambda: shown[0])
    return shown


def test_it_is_counted_once_a_second_and_at_the_end(clock: list[float]) -> None:
    cloudwatch = CloudWatch()
    counting = Counter(cloudwatch, "worker", REPLAYED)
    for reached in (10, 20, 30):
        counting.update(_done(reached))
    assert cloudwatch.values == [10]
    clock[0] += 1
    counting.update(_done(40))
    assert cloudwatch.values == [10, 30]
    counting.update(_done(47), final=True)
    counting.update(_done(47), final=True)
    assert cloudwatch.values == [10, 30, 7]
    assert counting.uncounted == 0


def test_what_could_not_be_counted_is_counted_later(clock: list[float]) -> None:
    cloudwatch = CloudWatch()
    cloudwatch.away = True
    counting = Counter(cloudwatch, "worker", REPLAYED)
    counting.update(_done(10))
    assert (counting.uncounted, counting.error) == (
        10, "AWS throttles PutMetricData, also after several retries: try again in a minute.",
    )  # fmt: skip
    cloudwatch.away = False
    clock[0] += 30
    counting.update(_done(20))
    assert cloudwatch.values == []  # each try may take a minute, and the letters wait
    clock[0] += 30
    counting.update(_done(30))
    assert (cloudwatch.values, counting.uncounted) == ([30], 0)
