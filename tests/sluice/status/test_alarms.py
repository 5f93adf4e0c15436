"""Only alarms of the environment in the state ALARM are active."""

from uuid import uuid4

import boto3

from localcloud import LocalCloud
from sluice.status.alarms import find_active_alarms


def test_active_alarms_returns_those_in_alarm_state(cloud: LocalCloud) -> None:
    assert cloud.endpoint
    cloudwatch, prefix = boto3.client("cloudwatch"), uuid4().hex[:8]
    names = {f"condition_{n}": f"{prefix}-{n}" for n in range(120)}
    for name in (names["condition_3"], names["condition_119"], names["condition_5"], f"{prefix}-other"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="Errors",
            Namespace=prefix,
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
        state = "OK" if name == names["condition_5"] else "ALARM"
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="Too many.")
    alarms = find_active_alarms(cloudwatch, names)
    assert {(alarm.watches, alarm.name, alarm.reason) for alarm in alarms} == {
        ("condition_3", f"{prefix}-3", "Too many."),
        ("condition_119", f"{prefix}-119", "Too many."),
    }
    assert find_active_alarms(cloudwatch, {}) == []
