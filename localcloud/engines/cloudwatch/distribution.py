"""What was measured in one period: enough for every statistic, whatever the number of samples."""

import math
from collections.abc import Iterable, Mapping

DISTINCT = 1_000
DIGITS = 3  # once there are more than DISTINCT values, as many significant digits: 900 values for each power of ten
PERCENTILE = "p"


class Distribution:
    """Samples of one metric; `values` counts each value, and is None once only their sum and extremes are known."""

    __slots__ = ("count", "high", "low", "total", "values")

    def __init__(self) -> None:
        self.count = self.total = 0.0
        self.low, self.high = math.inf, -math.inf
        self.values: dict[float, float] | None = {}

    @classmethod
    def from_counts(cls, values: Mapping[float, float]) -> "Distribution":
        """Each value as often as it says."""
        made = cls()
        for value, count in values.items():
            if count > 0:
                made.count += count
                made.total += value * count
                made.low, made.high = min(made.low, value), max(made.high, value)
        made.values = {value: count for value, count in values.items() if count > 0}
        return made

    @classmethod
    def from_statistics(cls, count: float, total: float, low: float, high: float) -> "Distribution":
        """A statistic set: without percentiles, unless all its samples are equal."""
        made = cls.from_counts({low: count}) if low == high and total == low * count else cls()
        if made.count == 0:
            made.count, made.total, made.low, made.high, made.values = count, total, low, high, None
        return made

    @classmethod
    def merge(cls, parts: Iterable["Distribution"]) -> "Distribution":
        made = cls()
        for part in parts:
            made.add(part)
        return made

    def add(self, other: "Distribution") -> None:
        self.count += other.count
        self.total += other.total
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        if self.values is None or other.values is None:
            self.values = None
            return
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + count
        if len(self.values) > DISTINCT:
            self.values = _coarse(self.values)

    def compute_statistic(self, name: str) -> float | None:
        """Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99.9; None when there is none."""
        if self.count == 0:
            return None
        basic = {"SampleCount": self.count, "Sum": self.total, "Average": self.total / self.count,
                 "Minimum": self.low, "Maximum": self.high}  # fmt: skip
        return basic[name] if name in basic else self._percentile(float(name.removeprefix(PERCENTILE)))

    def _percentile(self, percent: float) -> float | None:
        """Linear between the two nearest ranks. "Percentiles aren't available for metrics with negative values"."""
        if not self.values or self.low < 0:
            return None
        rank = percent / 100 * (self.count - 1)
        below, above = self._at(math.floor(rank)), self._at(math.ceil(rank))
        return below + (above - below) * (rank - math.floor(rank))

    def _at(self, rank: float) -> float:
        assert self.values
        seen = 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen > rank:
                break
        return value


def is_supported_statistic(statistic: str) -> bool:
    """Whether a statistic is one that is computed here."""
    if statistic in ("SampleCount", "Sum", "Average", "Minimum", "Maximum"):
        return True
    percent = statistic.removeprefix(PERCENTILE)
    return statistic.startswith(PERCENTILE) and percent.replace(".", "", 1).isdigit() and float(percent) <= 100


def _coarse(values: Mapping[float, float]) -> dict[float, float]:
    coarse: dict[float, float] = {}
    for value, count in values.items():
        rounded = float(f"{value:.{DIGITS}g}")
        coarse[rounded] = coarse.get(rounded, 0.0) + count
    return coarse
