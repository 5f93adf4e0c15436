"""The metric store: retention and limits."""

import time

import pytest

from localcloud.engines.cloudwatch import store
from localcloud.engines.cloudwatch.distribution import MAX_DISTINCT_VALUES, Distribution
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore

METRIC = Metric.from_dimensions("N", "m", {})


def test_store_full_retention_drops_oldest_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RETENTION_MINUTES", 3)
    metrics, start = MetricStore(), 1_700_000_040
    for minute in range(5):
        metrics.add(METRIC, Distribution.from_counts({1.0: 1.0}), at=start + minute * MINUTE)
    points = metrics.get_points(METRIC, 0, time.time(), MINUTE)
    assert list(points) == [start + minute * MINUTE for minute in (2, 3, 4)]


def test_store_too_many_metrics_drops_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_METRICS", 20)
    metrics = MetricStore()
    for number in range(21):
        metric = Metric.from_dimensions("N", str(number), {})
        metrics.add(metric, Distribution.from_counts({1.0: 1.0}), at=number * MINUTE)
    names = {metric.name for metric in metrics.list_metrics()}
    assert names == {str(number) for number in range(2, 21)}


def test_distribution_limits_number_of_distinct_values() -> None:
    samples = Distribution()
    for number in range(20 * MAX_DISTINCT_VALUES):
        samples.add(Distribution.from_counts({1 + number / 1e6: 1.0}))
    assert samples.values is not None
    assert len(samples.values) <= MAX_DISTINCT_VALUES
    assert samples.compute_statistic("SampleCount") == 20 * MAX_DISTINCT_VALUES
    assert samples.compute_statistic("Maximum") == 1 + (20 * MAX_DISTINCT_VALUES - 1) / 1e6


def test_get_points_aligns_periods_to_multiples() -> None:
    metrics = MetricStore()
    for at, value in ((600, 1.0), (840, 2.0), (900, 4.0)):
        metrics.add(METRIC, Distribution.from_counts({value: 1.0}), at=at)
    points = metrics.get_points(METRIC, 610, 960, 300)
    assert {at: samples.compute_statistic("Sum") for at, samples in points.items()} == {600: 3, 900: 4}
