"""Letters are counted in a metric about once a second, each once."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters import counter
from sluice.dead_letters.counter import DROPPED, REPLAYED, Counter
from sluice.dead_letters.process import Result


class RecordingCloudWatch:
    """Records the values of metrics; throttles calls while `is_throttling`."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self.is_throttling = False

    def put_metric_data(self, MetricData: list[dict[str, Any]], **_: Any) -> None:  # noqa: N803 - boto3's
        if self.is_throttling:
            raise ClientError({"Error": {"Code": "Throttling", "Message": "Slower."}}, "PutMetricData")
        self.values += [metric["Value"] for metric in MetricData]


def result_with(done: int) -> Result:
    return Result(done=[f"n{n}" for n in range(done)])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A list with the current time in seconds."""
    now = [100.0]
    monkeypatch.setattr(counter, "monotonic", lambda: now[0])
    return now


def test_update_publishes_once_a_second_and_at_the_end(clock: list[float]) -> None:
    cloudwatch = RecordingCloudWatch()
    counter = Counter(cloudwatch, "worker", REPLAYED)
    for done in (10, 20, 30):
        counter.update(result_with(done))
    assert cloudwatch.values == [10]
    clock[0] += 1
    counter.update(result_with(40))
    assert cloudwatch.values == [10, 30]
    counter.update(result_with(47), final=True)
    counter.update(result_with(47), final=True)
    assert cloudwatch.values == [10, 30, 7]
    assert counter.uncounted == 0


def test_update_error_is_published_later(clock: list[float]) -> None:
    cloudwatch = RecordingCloudWatch()
    cloudwatch.is_throttling = True
    counter = Counter(cloudwatch, "worker", REPLAYED)
    counter.update(result_with(10))
    assert counter.uncounted == 10
    assert counter.error == "AWS throttles PutMetricData, also after several retries: try again in a minute."
    cloudwatch.is_throttling = False
    clock[0] += 30
    counter.update(result_with(20))
    assert cloudwatch.values == []  # a failing call may take a minute, during which no letter is processed
    clock[0] += 30
    counter.update(result_with(30))
    assert cloudwatch.values == [30]
    assert counter.uncounted == 0


@pytest.mark.parametrize(("metric", "count"), [(REPLAYED, 2), (DROPPED, 1)])
def test_update_counts_undeleted_letters_only_as_replayed(metric: str, count: int) -> None:
    cloudwatch = RecordingCloudWatch()
    result = Result(done=["n0", "n1"], undeleted={"n1": "Not now."})
    Counter(cloudwatch, "worker", metric).update(result)
    assert cloudwatch.values == [count]
