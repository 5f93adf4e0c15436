"""Patches of CloudWatch metrics: how they are stored and queried, log lines with metrics, and cloudwatch:namespace."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, cloudwatch_logs

from localcloud.engines.cloudwatch import embedded_metrics, queries
from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.cloudwatch.metric_math import MetricMathError
from localcloud.engines.cloudwatch.store import MINUTE, Metric, MetricStore
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch import protocol
from localcloud.patches.cloudwatch.protocol import Protocol
from localcloud.patches.iam import authorization
from localcloud.patches.iam.authorization import Permission, Request
from localcloud.patches.registry import patch

Members = dict[str, Any]

# Functions that record current values, such as the depth of queues; they are called before metrics are read.
collectors: list[Callable[[], None]] = []

_stores: dict[tuple[str, str], MetricStore] = {}


@patch("metric_data")
def apply_metric_data(_: Cloud) -> None:
    """Store metrics by the minute and by their set of dimensions, and compute metric math.

    AWS: "Metrics that have the same name but different dimensions are treated as separate"; GetMetricData computes
        expressions and returns the newest value first (CloudWatch API Reference, "PutMetricData" and "GetMetricData";
        CloudWatch User Guide, "Using math expressions").
    ministack: adds up all sets of dimensions for a request without dimensions, rejects expressions, and keeps and reads
        every sample.
    Upstream: could be offered.
    """
    cloudwatch.record_metric = record_metric
    cloudwatch._evict_old_metrics = lambda: None  # the store evicts them
    cloudwatch._put_metric_data = _handle("PutMetricData", _put_metric_data)
    cloudwatch._get_metric_statistics = _handle("GetMetricStatistics", _get_metric_statistics)
    cloudwatch._get_metric_data = _handle("GetMetricData", _get_metric_data)
    cloudwatch._list_metrics = _handle("ListMetrics", _list_metrics)


@patch("embedded_metrics")
def apply_embedded_metrics(_: Cloud) -> None:
    """Record the metrics of log lines in the embedded metric format.

    AWS: extracts metrics from log lines in the embedded metric format (CloudWatch User Guide, "Specification: Embedded
        metric format").
    ministack: only stores the lines.
    Upstream: could be offered.
    """
    append = cloudwatch_logs._append_log_events

    def append_and_record(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            for sample in embedded_metrics.parse_log_line(event["message"]):
                get_store().add(sample.metric, sample.samples, sample.unit, sample.timestamp)

    cloudwatch_logs._append_log_events = append_and_record


@patch("metric_namespace")
def apply_metric_namespace(_: Cloud) -> None:
    """Evaluate the condition key cloudwatch:namespace.

    AWS: has the condition key `cloudwatch:namespace` for `cloudwatch:PutMetricData` (Service Authorization Reference,
        "Actions, resources, and condition keys for Amazon CloudWatch").
    ministack: does not have it.
    Upstream: could be offered.
    """
    authorization.add_context_rule(_namespace_key)


def get_store() -> MetricStore:
    """Return the metrics of the request's account and region."""
    return _stores.setdefault((get_account_id(), get_region()), MetricStore())


def collect_metrics() -> MetricStore:
    """Record current values with all collectors; return the metrics of the request's account and region."""
    for collect in collectors:
        collect()
    return get_store()


def record_metric(
    namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: Mapping[str, str] | None = None
) -> None:
    """Record one sample of a metric that a service publishes."""
    samples = Distribution.from_counts({float(value): 1.0})
    get_store().add(Metric.from_dimensions(namespace, metric_name, dimensions or {}), samples, unit)


def _handle(action: str, handler: Callable[[Members], Members]) -> Callable[..., Any]:
    def handle(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # as in ministack
        used = Protocol(is_cbor, is_json)
        try:
            members = handler(protocol.parse_request(params, data, used))
        except MetricMathError as error:
            return used.respond_error("ValidationError", str(error))
        except (KeyError, TypeError, ValueError) as error:
            return used.respond_error("InvalidParameterValue", f"Invalid {action} request: {error!r}")
        return used.respond(action, members)

    return handle


def _put_metric_data(request: Members) -> Members:
    for datum in request["MetricData"]:
        timestamp = protocol.parse_time(datum.get("Timestamp")) or time.time()
        metric = queries.parse_metric({**datum, "Namespace": request["Namespace"]})
        get_store().add(metric, _parse_samples(datum), datum.get("Unit") or "None", timestamp)
    return {}


def _parse_samples(datum: Members) -> Distribution:
    if values := datum.get("Values"):
        counts = datum.get("Counts") or [1.0] * len(values)
        pairs = zip(values, counts, strict=True)
        return Distribution.merge(Distribution.from_counts({float(value): float(count)}) for value, count in pairs)
    if statistics := datum.get("StatisticValues"):
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        return Distribution.from_statistics(*(float(statistics[name]) for name in names))
    return Distribution.from_counts({float(datum["Value"]): 1.0})


def _get_metric_statistics(request: Members) -> Members:
    metric = queries.parse_metric(request)
    start, end = (protocol.parse_time(request[name]) or 0.0 for name in ("StartTime", "EndTime"))
    store = collect_metrics()
    unit = store.get_unit(metric)
    if request.get("Unit") not in (None, "", unit):
        return {"Label": request["MetricName"], "Datapoints": []}
    points = []
    for timestamp, samples in store.get_points(metric, start, end, int(request.get("Period") or MINUTE)).items():
        extended = {name: samples.compute_statistic(name) for name in request.get("ExtendedStatistics") or []}
        computed = {name: value for name, value in extended.items() if value is not None}
        points.append({
            "Timestamp": protocol.to_datetime(timestamp), "Unit": unit,
            **{name: samples.compute_statistic(name) for name in request.get("Statistics") or []},
            **({"ExtendedStatistics": computed} if computed else {}),
        })  # fmt: skip
    return {"Label": request["MetricName"], "Datapoints": points}


def _get_metric_data(request: Members) -> Members:
    start, end = (protocol.parse_time(request[name]) or 0.0 for name in ("StartTime", "EndTime"))
    series = queries.evaluate_queries(collect_metrics(), request["MetricDataQueries"], queries.TimeRange(start, end))
    newest_first = request.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = []
    for query in request["MetricDataQueries"]:
        if protocol.parse_bool(query.get("ReturnData"), default=True):
            points = sorted(series[query["Id"]].items(), reverse=newest_first)
            name = query.get("MetricStat", {}).get("Metric", {}).get("MetricName")
            results.append({
                "Id": query["Id"], "Label": query.get("Label") or name or query["Id"], "StatusCode": "Complete",
                "Timestamps": [protocol.to_datetime(timestamp) for timestamp, _ in points],
                "Values": [value for _, value in points],
            })  # fmt: skip
    return {"MetricDataResults": results, "Messages": []}


def _list_metrics(request: Members) -> Members:
    namespace, name, filters = (request.get(member) for member in ("Namespace", "MetricName", "Dimensions"))
    listed = []
    for metric in collect_metrics().list_metrics():
        dimensions = dict(metric.dimensions)
        if (
            namespace in (None, "", metric.namespace)
            and name in (None, "", metric.name)
            and all(_has_dimension(dimensions, each) for each in filters or [])
        ):
            shown = [{"Name": key, "Value": value} for key, value in sorted(dimensions.items())]
            listed.append({"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": shown})
    return {"Metrics": listed}


def _has_dimension(dimensions: Mapping[str, str], dimension_filter: Members) -> bool:
    """Return whether a metric has a dimension: with the filter's value, or with any if the filter has none."""
    name = dimension_filter["Name"]
    return name in dimensions and dimension_filter.get("Value") in (None, "", dimensions[name])


def _namespace_key(request: Request, permission: Permission) -> Mapping[str, Any]:
    namespace = request.body.get("Namespace")
    if not namespace or permission.action != "cloudwatch:PutMetricData":
        return {}
    return {"cloudwatch:namespace": namespace}
