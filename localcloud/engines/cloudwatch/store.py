"""Keeps metrics by the minute for as long as CloudWatch does, in bounded memory."""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from localcloud.engines.cloudwatch.distribution import Distribution

MINUTE = 60
KEPT_MINUTES = 15 * 24 * 60  # "data points with a period of 60 seconds are available for 15 days"
METRICS = 20_000


@dataclass(frozen=True)
class Metric:
    """What identifies a metric: every set of dimensions is one of its own."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @classmethod
    def from_dimensions(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> "Metric":
        return cls(namespace, name, frozenset(dimensions.items()))


@dataclass
class _Series:
    unit: str
    minutes: dict[int, Distribution] = field(default_factory=dict)


class MetricStore:
    """The metrics of one account and region; may be used by many threads."""

    def __init__(self) -> None:
        self._series: dict[Metric, _Series] = {}
        self._lock = threading.Lock()

    def add(self, metric: Metric, samples: Distribution, unit: str = "None", at: float | None = None) -> None:
        """Add samples to the minute that holds `at`, in seconds since the epoch, or to this one."""
        with self._lock:
            minutes = self._minutes(metric, unit)
            minute = _minute(at)
            if minute in minutes:
                minutes[minute].add(samples)
            else:
                minutes[minute] = samples

    def put(self, metric: Metric, value: float, unit: str) -> None:
        """Let a value be the only sample of this minute, as of something that is sampled once a minute."""
        with self._lock:
            self._minutes(metric, unit)[_minute(None)] = Distribution.from_counts({value: 1.0})

    def ensure(self, metric: Metric, unit: str) -> None:
        """Let a counter of this minute be zero unless something was counted."""
        with self._lock:
            self._minutes(metric, unit).setdefault(_minute(None), Distribution.from_counts({0.0: 1.0}))

    def metrics(self) -> list[Metric]:
        with self._lock:
            return list(self._series)

    def unit(self, metric: Metric) -> str | None:
        """The unit of a metric, or None when there is no such metric."""
        series = self._series.get(metric)
        return series.unit if series else None

    def points(self, metric: Metric, start: float, end: float, period: int) -> dict[int, Distribution]:
        """What was measured in each period from `start` until before `end`, by the period's beginning, in order."""
        found: dict[int, Distribution] = {}
        asked = range(int(start - start % MINUTE), math.ceil(end), MINUTE)
        with self._lock:
            series = self._series.get(metric)
            minutes = series.minutes if series else {}
            fewer = asked if len(asked) < len(minutes) else sorted(minutes)
            for minute in fewer:
                if minute in minutes and asked.start <= minute < asked.stop:
                    found.setdefault(minute - minute % period, Distribution()).add(minutes[minute])
        return found

    def _minutes(self, metric: Metric, unit: str) -> dict[int, Distribution]:
        series = self._series.get(metric)
        if series is None:
            series = self._series[metric] = _Series(unit)
            if len(self._series) > METRICS:
                self._forget()
        minutes = series.minutes
        if len(minutes) >= KEPT_MINUTES:
            del minutes[min(minutes)]
        return minutes

    def _forget(self) -> None:
        """Drop the tenth of the metrics that were not written to for the longest time."""
        written = sorted(self._series, key=lambda metric: max(self._series[metric].minutes, default=math.inf))
        for metric in written[: METRICS // 10]:
            del self._series[metric]


def _minute(at: float | None) -> int:
    moment = int(time.time() if at is None else at)
    return moment - moment % MINUTE
