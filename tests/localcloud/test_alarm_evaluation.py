"""When an alarm goes off: CloudWatch User Guide, "Alarm evaluation" and "Configuring how alarms treat missing data"."""

import json
import time
from typing import Any

import pytest

from localcloud.engines.cloudwatch import alarms
from tests.support.localcloud import metrics
from tests.support.localcloud.aws import Aws, unique_name, wait_for

INSUFFICIENT, ALARM, OK = "INSUFFICIENT_DATA", "ALARM", "OK"


@pytest.mark.parametrize(
    ("points", "needed", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0-X-X", 3, OK, OK, OK, OK),
        ("----0", 3, OK, OK, OK, OK),
        ("-----", 3, INSUFFICIENT, None, ALARM, OK),
        ("0XX-X", 3, ALARM, ALARM, ALARM, ALARM),
        ("--X--", 3, ALARM, None, ALARM, OK),
        ("0-X-X", 2, ALARM, ALARM, ALARM, ALARM),
        ("00X0X", 2, ALARM, ALARM, ALARM, ALARM),
        ("0-X--", 2, OK, OK, ALARM, OK),
        ("----0", 2, OK, OK, ALARM, OK),
        ("---X-", 2, ALARM, None, ALARM, OK),
    ],
)
def test_missing_data_is_treated_as_in_aws_tables(
    points: str, needed: int, missing: str, ignore: str | None, breaching: str, not_breaching: str
) -> None:
    """The two tables of "How the alarm state is evaluated when data is missing": 3 of 3 and 2 of 3; None stays."""
    values = [(60 * at, {"0": 0.0, "X": 9.0, "-": None}[point]) for at, point in enumerate(points)]
    treatments = {"missing": missing, "ignore": ignore, "breaching": breaching, "notBreaching": not_breaching}
    for treatment, expected in treatments.items():
        decision = alarms.evaluate(alarms.AlarmRule("GreaterThanThreshold", 1.0, 3, needed, treatment), values)
        assert (decision and decision.state) == expected, treatment


def watch(aws: Aws, namespace: str, metric: str, dimensions: dict[str, str], **settings: Any) -> str:
    """An alarm that goes off above 0; its name."""
    given = {
        "Statistic": "Maximum",
        "Period": 60,
        **metrics.identify_metric(namespace, metric, dimensions),
        **settings,
    }
    return alarm(aws, **given)


def alarm(aws: Aws, **settings: Any) -> str:
    name = unique_name("alarm")
    given = {"EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold",
             "TreatMissingData": "notBreaching", **settings}  # fmt: skip
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **given)
    return name


def described(aws: Aws, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    return found


def becomes(aws: Aws, name: str, state: str) -> dict[str, Any]:
    found: dict[str, Any] = wait_for(lambda: (it := described(aws, name))["StateValue"] == state and it)
    return found


def put(aws: Aws, metric: str, *values: float) -> None:
    aws.client("cloudwatch").put_metric_data(
        Namespace="Alarms", MetricData=[{"MetricName": metric, "Values": list(values)}]
    )


def test_what_broke_as_a_minute_ended_is_not_hidden_by_the_next(aws: Aws) -> None:
    if (left := 60 - time.time() % 60) < 20:
        time.sleep(left)  # or the next minute would end within this test
    metric, minute = unique_name("metric"), time.time() // 60 * 60
    client = aws.client("cloudwatch")
    for when, value in ((minute - 1, 1.0), (time.time(), 0.0)):
        client.put_metric_data(
            Namespace="Alarms", MetricData=[{"MetricName": metric, "Timestamp": when, "Value": value}]
        )
    becomes(aws, watch(aws, "Alarms", metric, {}, Statistic="Sum"), ALARM)


def test_it_follows_what_a_queue_holds(aws: Aws) -> None:
    queue = aws.create_queue()
    watched = {"QueueName": queue.rsplit("/", 1)[-1]}
    name = watch(aws, "AWS/SQS", "ApproximateNumberOfMessagesVisible", watched)
    assert becomes(aws, name, OK)["StateReason"].startswith("Threshold Crossed: no datapoints were received")
    aws.send_messages(queue, "dead")
    reason = becomes(aws, name, ALARM)["StateReason"]
    assert reason.startswith("Threshold Crossed: 1 out of the last 1 datapoints [1.0 (")
    assert reason.endswith("was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).")
    aws.drain_queue(queue)
    becomes(aws, name, OK)
    states = [item["HistorySummary"] for item in history(aws, name, "StateUpdate")]
    assert "Alarm updated from ALARM to OK" in states
    assert "Alarm updated from OK to ALARM" in states


def history(aws: Aws, name: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType=kind)[
        "AlarmHistoryItems"
    ]
    return found


def test_it_looks_at_its_own_dimensions_only(aws: Aws) -> None:
    metric = unique_name("metric")
    name = watch(aws, "Alarms", metric, {"a": "1"})
    put(aws, metric, 5)
    other = watch(aws, "Alarms", metric, {})
    becomes(aws, other, ALARM)
    assert becomes(aws, name, OK)


def test_it_may_ask_for_a_percentile(aws: Aws) -> None:
    metric = unique_name("metric")
    put(aws, metric, *range(1, 101))
    settings = {"ExtendedStatistic": "p90", "Period": 60, **metrics.identify_metric("Alarms", metric, {})}
    above, below = (alarm(aws, **settings, Threshold=threshold) for threshold in (90.0, 92.0))
    becomes(aws, above, ALARM)
    becomes(aws, below, OK)
    assert "Statistic" not in described(aws, above)


def test_it_may_ask_for_an_expression(aws: Aws) -> None:
    errors, calls = unique_name("errors"), unique_name("calls")
    put(aws, errors, 3)
    put(aws, calls, 4)
    stats = [
        {"Id": key, "ReturnData": False,
         "MetricStat": {"Metric": metrics.identify_metric("Alarms", metric, {}), "Period": 60, "Stat": "Sum"}}
        for key, metric in (("e", errors), ("c", calls))
    ]  # fmt: skip
    name = alarm(
        aws, Threshold=70.0, Metrics=[*stats, {"Id": "rate", "Expression": "100*FILL(e,0)/c", "ReturnData": True}]
    )
    assert "[75.0 (" in becomes(aws, name, ALARM)["StateReason"]
    assert [query["Id"] for query in described(aws, name)["Metrics"]] == ["e", "c", "rate"]


def test_what_is_too_low_waits_for_the_end_of_the_period(aws: Aws) -> None:
    """A count that has just begun is always low."""
    metric = unique_name("metric")
    put(aws, metric, 1)
    settings = {"ComparisonOperator": "LessThanThreshold", "Threshold": 5.0, "TreatMissingData": "missing"}
    name = watch(aws, "Alarms", metric, {}, Statistic="Sum", **settings)
    time.sleep(2.5)
    assert described(aws, name)["StateValue"] == INSUFFICIENT or time.gmtime().tm_sec < 5  # a minute ended meanwhile


def test_a_state_that_was_set_lasts_until_it_is_evaluated(aws: Aws) -> None:
    """ "The alarm returns to its actual state ... within seconds"."""
    name = watch(aws, "Alarms", unique_name("metric"), {})
    becomes(aws, name, OK)
    aws.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=ALARM, StateReason="tried")
    becomes(aws, name, OK)
    summaries = [item["HistorySummary"] for item in history(aws, name, "StateUpdate")]
    assert summaries[:2] == ["Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM"]


def test_why_is_told_in_data_too(aws: Aws) -> None:
    metric = unique_name("metric")
    put(aws, metric, 7)
    name = watch(aws, "Alarms", metric, {})
    data = json.loads(becomes(aws, name, ALARM)["StateReasonData"])
    assert (data["recentDatapoints"], data["threshold"], data["statistic"]) == ([7.0], 0.0, "Maximum")
