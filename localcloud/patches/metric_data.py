"""CloudWatch keeps metrics by the minute, each set of dimensions for itself, and computes; ministack lists samples.

There a request without dimensions adds up all sets of them, expressions are refused, and every sample is kept and
looked at again by each request.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from localcloud.engines.cloudwatch import queries
from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.cloudwatch.metric_math import MetricMathError
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore
from localcloud.patches import cloudwatch_protocol
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch_protocol import Protocol

Members = dict[str, Any]

sources: list[Callable[[], None]] = []  # each brings what is measured now into the store; asked before it is read
_stores: dict[tuple[str, str], MetricStore] = {}


def apply(_: Cloud) -> None:
    cloudwatch.record_metric = record
    cloudwatch._evict_old_metrics = lambda: None  # the store does
    cloudwatch._put_metric_data = _handled("PutMetricData", _put)
    cloudwatch._get_metric_statistics = _handled("GetMetricStatistics", _statistics)
    cloudwatch._get_metric_data = _handled("GetMetricData", _data)
    cloudwatch._list_metrics = _handled("ListMetrics", _list)


def store() -> MetricStore:
    """The store of the request's account and region."""
    return _stores.setdefault((get_account_id(), get_region()), MetricStore())


def current() -> MetricStore:
    """The same, with what is measured now."""
    for source in sources:
        source()
    return store()


def record(
    namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: Mapping[str, str] | None = None
) -> None:
    """Add one sample, as a service does for its own metrics."""
    samples = Distribution.from_counts({float(value): 1.0})
    store().add(Metric.from_dimensions(namespace, metric_name, dimensions or {}), samples, unit)


def _handled(action: str, handler: Callable[[Members], Members]) -> Callable[..., Any]:
    def handled(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # ministack's
        protocol = Protocol(is_cbor, is_json)
        try:
            members = handler(cloudwatch_protocol.request(params, data, protocol))
        except MetricMathError as error:
            return protocol.error("ValidationError", str(error))
        except (KeyError, TypeError, ValueError) as error:
            return protocol.error("InvalidParameterValue", f"{action} cannot be understood: {error!r}")
        return protocol.answer(action, members)

    return handled


def _put(request: Members) -> Members:
    for datum in request["MetricData"]:
        at = cloudwatch_protocol.seconds(datum.get("Timestamp")) or time.time()
        metric = queries.parse_metric({**datum, "Namespace": request["Namespace"]})
        store().add(metric, _samples(datum), datum.get("Unit") or "None", at)
    return {}


def _samples(datum: Members) -> Distribution:
    if values := datum.get("Values"):
        return _distribution(values, datum.get("Counts"))
    if given := datum.get("StatisticValues"):
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        return Distribution.from_statistics(*(float(given[name]) for name in names))
    return Distribution.from_counts({float(datum["Value"]): 1.0})


def _distribution(values: list[Any], counts: list[Any] | None = None) -> Distribution:
    """Each value as often as `counts` says, or once."""
    pairs = zip(values, counts or [1.0] * len(values), strict=True)
    return Distribution.merge(Distribution.from_counts({float(value): float(count)}) for value, count in pairs)


def _statistics(request: Members) -> Members:
    metric = queries.parse_metric(request)
    start, end = (cloudwatch_protocol.seconds(request[name]) or 0.0 for name in ("StartTime", "EndTime"))
    measured = current()
    unit = measured.unit(metric)
    if request.get("Unit") not in (None, "", unit):
        return {"Label": request["MetricName"], "Datapoints": []}
    points = []
    for at, samples in measured.points(metric, start, end, int(request.get("Period") or MINUTE)).items():
        extended = {name: samples.compute_statistic(name) for name in request.get("ExtendedStatistics") or []}
        known = {name: value for name, value in extended.items() if value is not None}
        points.append({
            "Timestamp": cloudwatch_protocol.moment(at), "Unit": unit,
            **{name: samples.compute_statistic(name) for name in request.get("Statistics") or []},
            **({"ExtendedStatistics": known} if known else {}),
        })  # fmt: skip
    return {"Label": request["MetricName"], "Datapoints": points}


def _data(request: Members) -> Members:
    start, end = (cloudwatch_protocol.seconds(request[name]) or 0.0 for name in ("StartTime", "EndTime"))
    asked = request["MetricDataQueries"]
    found = queries.evaluate_queries(current(), asked, queries.TimeRange(start, end))
    newest_first = request.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = []
    for query in asked:
        if cloudwatch_protocol.true(query.get("ReturnData"), default=True):
            points = sorted(found[query["Id"]].items(), reverse=newest_first)
            name = query.get("MetricStat", {}).get("Metric", {}).get("MetricName")
            results.append({
                "Id": query["Id"], "Label": query.get("Label") or name or query["Id"], "StatusCode": "Complete",
                "Timestamps": [cloudwatch_protocol.moment(at) for at, _ in points],
                "Values": [value for _, value in points],
            })  # fmt: skip
    return {"MetricDataResults": results, "Messages": []}


def _list(request: Members) -> Members:
    asked = request.get("Namespace"), request.get("MetricName")
    listed = []
    for metric in current().metrics():
        dimensions = dict(metric.dimensions)
        named = all(want in (None, "", has) for want, has in zip(asked, (metric.namespace, metric.name), strict=True))
        if named and all(_has(dimensions, wanted) for wanted in request.get("Dimensions") or []):
            shown = [{"Name": name, "Value": value} for name, value in sorted(dimensions.items())]
            listed.append({"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": shown})
    return {"Metrics": listed}


def _has(dimensions: Mapping[str, str], wanted: Members) -> bool:
    """Whether a metric has a dimension, whatever its value when none is asked for."""
    name = wanted["Name"]
    return name in dimensions and wanted.get("Value") in (None, "", dimensions[name])
