"""Patch that evaluates alarms continuously."""

import json
import logging
import threading
import time
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from localcloud.engines.cloudwatch import alarms, queries
from localcloud.engines.cloudwatch.metric_math import MetricMathError
from localcloud.engines.cloudwatch.store import MINUTE
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch import metrics
from localcloud.patches.registry import patch

INTERVAL_SECONDS = 1.0
Alarm = dict[str, Any]

logger = logging.getLogger("local-cloud")


@patch("alarm_evaluation")
def apply_alarm_evaluation(_: Cloud) -> None:
    """Evaluate each alarm on its own metric and periods, once a second.

    AWS: evaluates alarms once a minute, over complete periods and with missing data treated as configured (CloudWatch
        User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data"). Here the current
        period counts too if it already breaches or if no other data exists, except for alarms on low values.
    ministack: evaluates alarms only when a metric is put, adds up all sets of dimensions, and has no periods, missing
        data or expressions.
    Upstream: could be offered.
    """
    cloudwatch._evaluate_alarm = lambda _: None
    cloudwatch._evaluate_all_alarms = lambda: None
    threading.Thread(target=_evaluate_continuously, name="alarms", daemon=True).start()


def _evaluate_continuously() -> None:
    iam_evaluator.pin_request_origin("127.0.0.1", secure_transport=True)  # AWS services use TLS among themselves
    while True:
        time.sleep(INTERVAL_SECONDS)
        try:
            _evaluate_all()
        except Exception:
            logger.exception("The alarms could not be evaluated")


def _evaluate_all() -> None:
    items = list(cloudwatch._alarms.all_items())
    if items:
        metrics.collect_metrics()
    for (account, region, _), alarm in items:
        with request_scope(account, region):
            evaluate_alarm(alarm)


def evaluate_alarm(alarm: Alarm) -> None:
    """Evaluate an alarm's data points, and change its state if necessary."""
    if alarm.get("ComparisonOperator") not in alarms.COMPARISONS:
        return
    periods = alarm["EvaluationPeriods"]
    rule = alarms.AlarmRule(
        alarm["ComparisonOperator"], alarm["Threshold"], periods, alarm.get("DatapointsToAlarm") or periods,
        alarm.get("TreatMissingData") or "missing",
    )  # fmt: skip
    try:
        points, with_current = _read_points(alarm, periods)
    except MetricMathError as error:
        decision: alarms.Decision | None = alarms.Decision("INSUFFICIENT_DATA", f"Error: {error}")
        points = []
    else:
        decision, has_data = alarms.evaluate(rule, points), any(value is not None for _, value in points)
        if with_current and (early := alarms.evaluate(rule, with_current)) and (early.state == "ALARM" or not has_data):
            decision, points = early, with_current
    if decision is not None and decision.state != alarm["StateValue"]:
        _change_state(alarm, decision, points)


def _read_points(alarm: Alarm, periods: int) -> tuple[list[alarms.Point], list[alarms.Point]]:
    """Return the data points of the evaluation range, oldest first: of complete periods, and with the current period.

    The second list is empty if the current period has no data yet or must not count.
    """
    metric_queries = _build_queries(alarm)
    period = max(int((query.get("MetricStat") or query).get("Period") or MINUTE) for query in metric_queries)
    current = int(time.time())
    current -= current % period
    times = [current - period * back for back in range(periods + alarms.EXTRA_PERIODS, -1, -1)]
    watched = next(query["Id"] for query in metric_queries if query["ReturnData"])
    time_range = queries.TimeRange(times[0], current + period)
    series = queries.evaluate_queries(metrics.get_store(), metric_queries, time_range)[watched]
    points = [(start, series.get(start)) for start in times]
    counts = series.get(current) is not None and not alarm["ComparisonOperator"].startswith("Less")
    return points[:-1], points[1:] if counts else []


def _build_queries(alarm: Alarm) -> list[dict[str, Any]]:
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    stat = {"Metric": metric, "Stat": statistic, "Period": alarm.get("Period"), "Unit": alarm.get("Unit")}
    return [{"Id": "watched", "MetricStat": stat, "ReturnData": True}]


def _change_state(alarm: Alarm, decision: alarms.Decision, points: list[alarms.Point]) -> None:
    old, now = alarm["StateValue"], time.time()
    values = [value for _, value in points if value is not None][-alarm["EvaluationPeriods"] :]
    data = {
        "version": "1.0", "queryDate": cloudwatch._ts_iso(now), "threshold": alarm["Threshold"],
        "period": alarm.get("Period"), "statistic": alarm.get("ExtendedStatistic") or alarm.get("Statistic"),
        "recentDatapoints": values,
    }  # fmt: skip
    alarm.update(
        StateValue=decision.state, StateReason=decision.reason, StateReasonData=json.dumps(data),
        StateUpdatedTimestamp=now, StateTransitionedTimestamp=now,
    )  # fmt: skip
    cloudwatch._record_history(alarm["AlarmName"], old, decision.state, decision.reason, reason_data=data)
    cloudwatch._dispatch_alarm_actions(alarm, old, decision.state, decision.reason)
    cloudwatch._evaluate_parent_alarms(alarm)
