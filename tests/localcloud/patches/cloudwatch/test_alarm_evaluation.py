"""States of alarms: CloudWatch User Guide, "Alarm evaluation", "Configuring how alarms treat missing data"."""

import json
import time

import pytest

from localcloud.engines.cloudwatch import alarms as engine
from tests.support.localcloud import alarms, metrics
from tests.support.localcloud.aws import Aws, unique_name

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
    """The tables of "How the alarm state is evaluated when data is missing": 3 of 3, 2 of 3; None: unchanged."""
    values = [(60 * at, {"0": 0.0, "X": 9.0, "-": None}[point]) for at, point in enumerate(points)]
    treatments = {"missing": missing, "ignore": ignore, "breaching": breaching, "notBreaching": not_breaching}
    for treatment, expected in treatments.items():
        decision = engine.evaluate(engine.AlarmRule("GreaterThanThreshold", 1.0, 3, needed, treatment), values)
        assert (decision and decision.state) == expected, treatment


def put_values(aws: Aws, metric: str, *values: float) -> None:
    aws.client("cloudwatch").put_metric_data(
        Namespace="Alarms", MetricData=[{"MetricName": metric, "Values": list(values)}]
    )


def test_breach_at_end_of_minute_is_detected(aws: Aws) -> None:
    if (remaining := 60 - time.time() % 60) < 20:
        time.sleep(remaining)  # so that no minute ends during this test
    metric, minute = unique_name("metric"), time.time() // 60 * 60
    client = aws.client("cloudwatch")
    for timestamp, value in ((minute - 1, 1.0), (time.time(), 0.0)):
        client.put_metric_data(
            Namespace="Alarms", MetricData=[{"MetricName": metric, "Timestamp": timestamp, "Value": value}]
        )
    alarms.wait_for_state(aws, alarms.create_metric_alarm(aws, "Alarms", metric, {}, Statistic="Sum"), ALARM)


def test_alarm_follows_queue_depth(aws: Aws) -> None:
    queue = aws.create_queue()
    dimensions = {"QueueName": queue.rsplit("/", 1)[-1]}
    name = alarms.create_metric_alarm(aws, "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions)
    reason = alarms.wait_for_state(aws, name, OK)["StateReason"]
    assert reason.startswith("Threshold Crossed: no datapoints were received")
    aws.send_messages(queue, "dead")
    reason = alarms.wait_for_state(aws, name, ALARM)["StateReason"]
    assert reason.startswith("Threshold Crossed: 1 out of the last 1 datapoints [1.0 (")
    assert reason.endswith("was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).")
    aws.drain_queue(queue)
    alarms.wait_for_state(aws, name, OK)
    summaries = [item["HistorySummary"] for item in alarms.read_alarm_history(aws, name, "StateUpdate")]
    assert "Alarm updated from ALARM to OK" in summaries
    assert "Alarm updated from OK to ALARM" in summaries


def test_alarm_evaluates_only_its_dimensions(aws: Aws) -> None:
    metric = unique_name("metric")
    name = alarms.create_metric_alarm(aws, "Alarms", metric, {"a": "1"})
    put_values(aws, metric, 5)
    other = alarms.create_metric_alarm(aws, "Alarms", metric, {})
    alarms.wait_for_state(aws, other, ALARM)
    assert alarms.wait_for_state(aws, name, OK)


def test_alarm_on_percentile_is_evaluated(aws: Aws) -> None:
    metric = unique_name("metric")
    put_values(aws, metric, *range(1, 101))
    settings = {"ExtendedStatistic": "p90", "Period": 60, **metrics.identify_metric("Alarms", metric, {})}
    above, below = (alarms.create_alarm(aws, **settings, Threshold=threshold) for threshold in (90.0, 92.0))
    alarms.wait_for_state(aws, above, ALARM)
    alarms.wait_for_state(aws, below, OK)
    assert "Statistic" not in alarms.describe_alarm(aws, above)


def test_alarm_on_expression_is_evaluated(aws: Aws) -> None:
    errors, calls = unique_name("errors"), unique_name("calls")
    put_values(aws, errors, 3)
    put_values(aws, calls, 4)
    stats = [
        {"Id": key, "ReturnData": False,
         "MetricStat": {"Metric": metrics.identify_metric("Alarms", metric, {}), "Period": 60, "Stat": "Sum"}}
        for key, metric in (("e", errors), ("c", calls))
    ]  # fmt: skip
    name = alarms.create_alarm(
        aws, Threshold=70.0, Metrics=[*stats, {"Id": "rate", "Expression": "100*FILL(e,0)/c", "ReturnData": True}]
    )
    assert "[75.0 (" in alarms.wait_for_state(aws, name, ALARM)["StateReason"]
    assert [query["Id"] for query in alarms.describe_alarm(aws, name)["Metrics"]] == ["e", "c", "rate"]


def test_low_value_alarm_waits_for_complete_period(aws: Aws) -> None:
    """The count of a period that has just started is always low."""
    metric = unique_name("metric")
    put_values(aws, metric, 1)
    settings = {"ComparisonOperator": "LessThanThreshold", "Threshold": 5.0, "TreatMissingData": "missing"}
    name = alarms.create_metric_alarm(aws, "Alarms", metric, {}, Statistic="Sum", **settings)
    time.sleep(2.5)
    has_new_minute = time.gmtime().tm_sec < 5
    assert alarms.describe_alarm(aws, name)["StateValue"] == INSUFFICIENT or has_new_minute


def test_set_state_is_replaced_by_next_evaluation(aws: Aws) -> None:
    """ "The alarm returns to its actual state ... within seconds"."""
    name = alarms.create_metric_alarm(aws, "Alarms", unique_name("metric"), {})
    alarms.wait_for_state(aws, name, OK)
    aws.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=ALARM, StateReason="tried")
    alarms.wait_for_state(aws, name, OK)
    summaries = [item["HistorySummary"] for item in alarms.read_alarm_history(aws, name, "StateUpdate")]
    assert summaries[:2] == ["Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM"]


def test_state_reason_data_has_recent_datapoints(aws: Aws) -> None:
    metric = unique_name("metric")
    put_values(aws, metric, 7)
    name = alarms.create_metric_alarm(aws, "Alarms", metric, {})
    data = json.loads(alarms.wait_for_state(aws, name, ALARM)["StateReasonData"])
    assert data["recentDatapoints"] == [7.0]
    assert data["threshold"] == 0.0
    assert data["statistic"] == "Maximum"
