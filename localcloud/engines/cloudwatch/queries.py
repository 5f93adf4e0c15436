"""Evaluates the queries of GetMetricData and alarms: metrics by period and statistic, and expressions over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localcloud.engines.cloudwatch import distribution, metric_math
from localcloud.engines.cloudwatch.metric_math import MetricMathError, Series
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore


@dataclass(frozen=True)
class TimeRange:
    """A range of time in seconds since the epoch; `end` is excluded."""

    start: float
    end: float


def evaluate_queries(
    store: MetricStore, queries: Sequence[Mapping[str, Any]], time_range: TimeRange
) -> dict[str, Series]:
    """Evaluate each MetricDataQuery to a time series by its id.

    Raises:
        MetricMathError: A query is invalid or not supported.
    """
    by_id = {str(query["Id"]): query for query in queries}
    period = _get_longest_period(queries)
    times = list(range(int(time_range.start - time_range.start % period), int(time_range.end), period))
    results: dict[str, Series] = {}

    def evaluate(identifier: str, outer: tuple[str, ...] = ()) -> Series:
        if identifier in results:
            return results[identifier]
        if identifier not in by_id or identifier in outer:
            raise MetricMathError(f"The expression uses '{identifier}', which is not the id of another query")
        query = by_id[identifier]
        if "MetricStat" in query:
            results[identifier] = _get_series(store, query["MetricStat"], time_range)
            return results[identifier]
        expression = query["Expression"]
        metrics = [key for key, other in by_id.items() if "MetricStat" in other]
        needed = {*metric_math.referenced_ids(expression), *(metrics if "METRICS(" in expression else ())}
        series = {name: evaluate(name, (*outer, identifier)) for name in sorted(needed)}
        own_period = int(query.get("Period") or period)
        results[identifier] = metric_math.evaluate(expression, series, metrics, own_period, times)
        return results[identifier]

    return {identifier: evaluate(identifier) for identifier in by_id}


def parse_metric(metric: Mapping[str, Any]) -> Metric:
    """Parse a metric in the form of the API: Namespace, MetricName and a list of Dimensions."""
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions") or []}
    return Metric.from_dimensions(metric["Namespace"], metric["MetricName"], dimensions)


def _get_longest_period(queries: Sequence[Mapping[str, Any]]) -> int:
    """Determine the seconds between the points of an expression: the longest period of all queries."""
    periods = [(query.get("MetricStat") or {}).get("Period") or query.get("Period") or 0 for query in queries]
    return max([MINUTE, *map(int, periods)])


def _get_series(store: MetricStore, metric_stat: Mapping[str, Any], time_range: TimeRange) -> Series:
    statistic = str(metric_stat.get("Stat", "Average"))
    if not distribution.is_supported_statistic(statistic):
        raise MetricMathError(f"The statistic {statistic} is not supported by the local cloud")
    metric = parse_metric(metric_stat["Metric"])
    if metric_stat.get("Unit") not in (None, "", store.get_unit(metric)):
        return {}
    points = store.get_points(metric, time_range.start, time_range.end, int(metric_stat.get("Period") or MINUTE))
    values = {at: samples.compute_statistic(statistic) for at, samples in points.items()}
    return {at: value for at, value in values.items() if value is not None}
