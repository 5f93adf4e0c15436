"""Answers what GetMetricData and alarms ask: some metrics by period and statistic, and expressions over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localcloud.engines.cloudwatch import distribution, metric_math
from localcloud.engines.cloudwatch.metric_math import MetricMathError, Series
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore


@dataclass(frozen=True)
class TimeRange:
    """Seconds since the epoch; `end` is not part of it."""

    start: float
    end: float


def evaluate_queries(store: MetricStore, queries: Sequence[Mapping[str, Any]], over: TimeRange) -> dict[str, Series]:
    """The series of each query, a MetricDataQuery, by its id; MetricMathError for one that cannot be answered."""
    asked = {str(query["Id"]): query for query in queries}
    period = _period(queries)
    times = list(range(int(over.start - over.start % period), int(over.end), period))
    found: dict[str, Series] = {}

    def of(identity: str, within: tuple[str, ...] = ()) -> Series:
        if identity in found:
            return found[identity]
        if identity not in asked or identity in within:
            raise MetricMathError(f"The expression reads '{identity}', which is no other query of the request")
        query = asked[identity]
        if "MetricStat" in query:
            found[identity] = _measured(store, query["MetricStat"], over)
            return found[identity]
        text = query["Expression"]
        metrics = [key for key, other in asked.items() if "MetricStat" in other]
        needed = {*metric_math.referenced_ids(text), *(metrics if "METRICS(" in text else ())}
        series = {name: of(name, (*within, identity)) for name in sorted(needed)}
        found[identity] = metric_math.evaluate(text, series, metrics, int(query.get("Period") or period), times)
        return found[identity]

    return {identity: of(identity) for identity in asked}


def _period(queries: Sequence[Mapping[str, Any]]) -> int:
    """Seconds between the points of an expression: the longest period that is asked for."""
    given = [(query.get("MetricStat") or {}).get("Period") or query.get("Period") or 0 for query in queries]
    return max([MINUTE, *map(int, given)])


def _measured(store: MetricStore, asked: Mapping[str, Any], over: TimeRange) -> Series:
    statistic = str(asked.get("Stat", "Average"))
    if not distribution.is_supported_statistic(statistic):
        raise MetricMathError(f"The statistic {statistic} is not known to the local cloud")
    metric = parse_metric(asked["Metric"])
    if asked.get("Unit") not in (None, "", store.unit(metric)):
        return {}
    points = store.points(metric, over.start, over.end, int(asked.get("Period") or MINUTE))
    values = {at: samples.compute_statistic(statistic) for at, samples in points.items()}
    return {at: value for at, value in values.items() if value is not None}


def parse_metric(metric: Mapping[str, Any]) -> Metric:
    """A metric as the API names it: Namespace, MetricName and a list of Dimensions."""
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions") or []}
    return Metric.from_dimensions(metric["Namespace"], metric["MetricName"], dimensions)
