"""The samples of one metric and period, from which every statistic is computed in bounded memory."""

import math
from collections.abc import Iterable, Mapping

MAX_DISTINCT_VALUES = 1_000
SIGNIFICANT_DIGITS = 3  # values are rounded if there are more distinct ones: at most 900 for each power of ten
PERCENTILE_PREFIX = "p"


class Distribution:
    """The samples of one metric and period.

    Attributes:
        count: The number of samples.
        total: The sum of the samples.
        low: The smallest sample.
        high: The largest sample.
        values: The number of samples by value, or None if only their sum and extremes are known.
    """

    __slots__ = ("count", "high", "low", "total", "values")

    def __init__(self) -> None:
        self.count = self.total = 0.0
        self.low, self.high = math.inf, -math.inf
        self.values: dict[float, float] | None = {}

    @classmethod
    def from_counts(cls, counts: Mapping[float, float]) -> "Distribution":
        """Create a distribution from the number of samples by value."""
        created = cls()
        for value, count in counts.items():
            if count > 0:
                created.count += count
                created.total += value * count
                created.low, created.high = min(created.low, value), max(created.high, value)
        created.values = {value: count for value, count in counts.items() if count > 0}
        return created

    @classmethod
    def from_statistics(cls, count: float, total: float, low: float, high: float) -> "Distribution":
        """Create a distribution from a statistic set; it has no percentiles unless all samples are equal."""
        created = cls.from_counts({low: count}) if low == high and total == low * count else cls()
        if created.count == 0:
            created.count, created.total, created.low, created.high, created.values = count, total, low, high, None
        return created

    @classmethod
    def merge(cls, parts: Iterable["Distribution"]) -> "Distribution":
        """Merge the samples of several distributions."""
        created = cls()
        for part in parts:
            created.add(part)
        return created

    def add(self, other: "Distribution") -> None:
        """Add the samples of another distribution."""
        self.count += other.count
        self.total += other.total
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        if self.values is None or other.values is None:
            self.values = None
            return
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + count
        if len(self.values) > MAX_DISTINCT_VALUES:
            self.values = _round_values(self.values)

    def compute_statistic(self, name: str) -> float | None:
        """Compute a statistic.

        Args:
            name: Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99.9.

        Returns:
            The value, or None without samples and for percentiles that cannot be computed.
        """
        if self.count == 0:
            return None
        basic = {"SampleCount": self.count, "Sum": self.total, "Average": self.total / self.count,
                 "Minimum": self.low, "Maximum": self.high}  # fmt: skip
        return basic[name] if name in basic else self._percentile(float(name.removeprefix(PERCENTILE_PREFIX)))

    def _percentile(self, percent: float) -> float | None:
        """Interpolate between the two nearest ranks.

        The user guide: "Percentiles aren't available for metrics with negative values".
        """
        if not self.values or self.low < 0:
            return None
        rank = percent / 100 * (self.count - 1)
        below, above = self._value_at(math.floor(rank)), self._value_at(math.ceil(rank))
        return below + (above - below) * (rank - math.floor(rank))

    def _value_at(self, rank: float) -> float:
        assert self.values
        seen = 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen > rank:
                break
        return value


def is_supported_statistic(name: str) -> bool:
    """Check whether compute_statistic() supports a statistic."""
    if name in ("SampleCount", "Sum", "Average", "Minimum", "Maximum"):
        return True
    percent = name.removeprefix(PERCENTILE_PREFIX)
    return name.startswith(PERCENTILE_PREFIX) and percent.replace(".", "", 1).isdigit() and float(percent) <= 100


def _round_values(values: Mapping[float, float]) -> dict[float, float]:
    rounded: dict[float, float] = {}
    for value, count in values.items():
        key = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        rounded[key] = rounded.get(key, 0.0) + count
    return rounded
