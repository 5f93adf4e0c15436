"""The store of metrics keeps what CloudWatch would, and no more than this machine can hold."""

import time

import pytest

from localcloud.engines.cloudwatch import store as stores
from localcloud.engines.cloudwatch.distribution import DISTINCT, Distribution
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore

METRIC = Metric.from_dimensions("N", "m", {})


def test_minutes_of_fifteen_days_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "KEPT_MINUTES", 3)
    kept, start = MetricStore(), 1_700_000_040
    for minute in range(5):
        kept.add(METRIC, Distribution.from_counts({1.0: 1.0}), at=start + minute * MINUTE)
    assert list(kept.points(METRIC, 0, time.time(), MINUTE)) == [start + minute * MINUTE for minute in (2, 3, 4)]


def test_metrics_that_nobody_writes_to_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "METRICS", 20)
    kept = MetricStore()
    for number in range(21):
        kept.add(Metric.from_dimensions("N", str(number), {}), Distribution.from_counts({1.0: 1.0}), at=number * MINUTE)
    names = {metric.name for metric in kept.metrics()}
    assert names == {str(number) for number in range(2, 21)}


def test_a_minute_holds_a_limited_number_of_values() -> None:
    samples = Distribution()
    for number in range(20 * DISTINCT):
        samples.add(Distribution.from_counts({1 + number / 1e6: 1.0}))
    assert samples.values is not None
    assert len(samples.values) <= DISTINCT
    assert samples.compute_statistic("SampleCount") == 20 * DISTINCT
    assert samples.compute_statistic("Maximum") == 1 + (20 * DISTINCT - 1) / 1e6


def test_periods_begin_at_their_multiples() -> None:
    kept = MetricStore()
    for at, value in ((600, 1.0), (840, 2.0), (900, 4.0)):
        kept.add(METRIC, Distribution.from_counts({value: 1.0}), at=at)
    points = kept.points(METRIC, 610, 960, 300)
    assert {at: samples.compute_statistic("Sum") for at, samples in points.items()} == {600: 3, 900: 4}
