"""Stores metrics by the minute for as long as CloudWatch does, in bounded memory."""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from localcloud.engines.cloudwatch.distribution import Distribution

MINUTE = 60
RETENTION_MINUTES = 15 * 24 * 60  # "data points with a period of 60 seconds are available for 15 days"
MAX_METRICS = 20_000


@dataclass(frozen=True)
class Metric:
    """The identity of a metric: each set of dimensions is a separate metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @classmethod
    def from_dimensions(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> "Metric":
        """Create a metric from a mapping of dimensions."""
        return cls(namespace, name, frozenset(dimensions.items()))


@dataclass
class _StoredSeries:
    unit: str
    minutes: dict[int, Distribution] = field(default_factory=dict)


class MetricStore:
    """The metrics of one account and region. Safe for use by several threads."""

    def __init__(self) -> None:
        self._series: dict[Metric, _StoredSeries] = {}
        self._lock = threading.Lock()

    def add(self, metric: Metric, samples: Distribution, unit: str = "None", at: float | None = None) -> None:
        """Add samples to the minute of `at`, in seconds since the epoch, or to the current minute."""
        with self._lock:
            minutes = self._get_minutes(metric, unit)
            minute = _start_of_minute(at)
            if minute in minutes:
                minutes[minute].add(samples)
            else:
                minutes[minute] = samples

    def set_sample(self, metric: Metric, value: float, unit: str) -> None:
        """Make a value the only sample of the current minute, for metrics that are sampled once a minute."""
        with self._lock:
            self._get_minutes(metric, unit)[_start_of_minute(None)] = Distribution.from_counts({value: 1.0})

    def ensure_zero(self, metric: Metric, unit: str) -> None:
        """Add a zero to the current minute if it has no samples, for counters."""
        with self._lock:
            zero = Distribution.from_counts({0.0: 1.0})
            self._get_minutes(metric, unit).setdefault(_start_of_minute(None), zero)

    def list_metrics(self) -> list[Metric]:
        """List all metrics."""
        with self._lock:
            return list(self._series)

    def get_unit(self, metric: Metric) -> str | None:
        """Return the unit of a metric, or None if the metric does not exist."""
        series = self._series.get(metric)
        return series.unit if series else None

    def get_points(self, metric: Metric, start: float, end: float, period: int) -> dict[int, Distribution]:
        """Get the samples of each period, in order of time.

        Args:
            metric: The metric.
            start: The start of the range, in seconds since the epoch.
            end: The end of the range, excluded.
            period: In seconds.

        Returns:
            Samples by the start of the period.
        """
        points: dict[int, Distribution] = {}
        requested = range(int(start - start % MINUTE), math.ceil(end), MINUTE)
        with self._lock:
            series = self._series.get(metric)
            minutes = series.minutes if series else {}
            candidates = requested if len(requested) < len(minutes) else sorted(minutes)
            for minute in candidates:
                if minute in minutes and requested.start <= minute < requested.stop:
                    points.setdefault(minute - minute % period, Distribution()).add(minutes[minute])
        return points

    def _get_minutes(self, metric: Metric, unit: str) -> dict[int, Distribution]:
        series = self._series.get(metric)
        if series is None:
            series = self._series[metric] = _StoredSeries(unit)
            if len(self._series) > MAX_METRICS:
                self._remove_oldest()
        minutes = series.minutes
        if len(minutes) >= RETENTION_MINUTES:
            del minutes[min(minutes)]
        return minutes

    def _remove_oldest(self) -> None:
        """Remove the tenth of the metrics whose last sample is oldest."""
        by_age = sorted(self._series, key=lambda metric: max(self._series[metric].minutes, default=math.inf))
        for metric in by_age[: MAX_METRICS // 10]:
            del self._series[metric]


def _start_of_minute(at: float | None) -> int:
    seconds = int(time.time() if at is None else at)
    return seconds - seconds % MINUTE
