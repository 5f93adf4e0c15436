"""An alarm watches its own metric over its own periods, all the time; ministack looks when somebody puts a metric.

There it adds up all sets of dimensions, and knows neither periods, missing data nor expressions. AWS evaluates once a
minute what is over; here it is every second, and the period that is not over counts as far as it has come where that
is an alarm already, or where nothing else is known, unless the alarm asks whether something is too low.
"""

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
from localcloud.patches import metric_data
from localcloud.patches.cloud import Cloud

EVERY_SECONDS = 1.0
Alarm = dict[str, Any]

logger = logging.getLogger("local-cloud")


def apply(_: Cloud) -> None:
    cloudwatch._evaluate_alarm = lambda _: None
    cloudwatch._evaluate_all_alarms = lambda: None
    threading.Thread(target=_watch, name="alarms", daemon=True).start()


def _watch() -> None:
    iam_evaluator.pin_request_origin("127.0.0.1", secure_transport=True)  # services speak TLS to one another
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            _look()
        except Exception:
            logger.exception("the alarms could not be evaluated")


def _look() -> None:
    everyone = list(cloudwatch._alarms.all_items())
    if everyone:
        metric_data.current()
    for (account, region, _), alarm in everyone:
        with request_scope(account, region):
            evaluate(alarm)


def evaluate(alarm: Alarm) -> None:
    """Look at an alarm's data points and change its state if they say so."""
    if alarm.get("ComparisonOperator") not in alarms.COMPARISONS:
        return
    periods = alarm["EvaluationPeriods"]
    rule = alarms.AlarmRule(
        alarm["ComparisonOperator"], alarm["Threshold"], periods, alarm.get("DatapointsToAlarm") or periods,
        alarm.get("TreatMissingData") or "missing",
    )  # fmt: skip
    try:
        points, running = _points(alarm, periods)
    except MetricMathError as error:
        decision: alarms.Decision | None = alarms.Decision("INSUFFICIENT_DATA", f"Error: {error}")
        points = []
    else:
        decision, known = alarms.evaluate(rule, points), any(value is not None for _, value in points)
        if running and (sooner := alarms.evaluate(rule, running)) and (sooner.state == "ALARM" or not known):
            decision, points = sooner, running
    if decision is not None and decision.state != alarm["StateValue"]:
        _change(alarm, decision, points)


def _points(alarm: Alarm, periods: int) -> tuple[list[alarms.Point], list[alarms.Point]]:
    """The data points of the evaluation range, oldest first: of the periods that are over, and up to the running one.

    The latter are none while nothing has come in that period, or if it may not count.
    """
    asked = _queries(alarm)
    period = max(int((query.get("MetricStat") or query).get("Period") or MINUTE) for query in asked)
    present = int(time.time())
    present -= present % period
    times = [present - period * back for back in range(periods + alarms.EXTRA_PERIODS, -1, -1)]
    watched = next(query["Id"] for query in asked if query["ReturnData"])
    series = queries.evaluate_queries(metric_data.store(), asked, queries.TimeRange(times[0], present + period))[
        watched
    ]
    points = [(at, series.get(at)) for at in times]
    counts = series.get(present) is not None and not alarm["ComparisonOperator"].startswith("Less")
    return points[:-1], points[1:] if counts else []


def _queries(alarm: Alarm) -> list[dict[str, Any]]:
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    stat = {"Metric": metric, "Stat": statistic, "Period": alarm.get("Period"), "Unit": alarm.get("Unit")}
    return [{"Id": "watched", "MetricStat": stat, "ReturnData": True}]


def _change(alarm: Alarm, decision: alarms.Decision, points: list[alarms.Point]) -> None:
    old, now = alarm["StateValue"], time.time()
    known = [(at, value) for at, value in points if value is not None][-alarm["EvaluationPeriods"] :]
    data = {
        "version": "1.0", "queryDate": cloudwatch._ts_iso(now), "threshold": alarm["Threshold"],
        "period": alarm.get("Period"), "statistic": alarm.get("ExtendedStatistic") or alarm.get("Statistic"),
        "recentDatapoints": [value for _, value in known],
    }  # fmt: skip
    alarm.update(
        StateValue=decision.state, StateReason=decision.reason, StateReasonData=json.dumps(data),
        StateUpdatedTimestamp=now, StateTransitionedTimestamp=now,
    )  # fmt: skip
    cloudwatch._record_history(alarm["AlarmName"], old, decision.state, decision.reason, reason_data=data)
    cloudwatch._dispatch_alarm_actions(alarm, old, decision.state, decision.reason)
    cloudwatch._evaluate_parent_alarms(alarm)
