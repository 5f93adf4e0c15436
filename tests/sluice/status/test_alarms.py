"""Which alarms are on, as CloudWatch tells it."""

from uuid import uuid4

import boto3

from localcloud import LocalCloud
from sluice.status import alarms


def test_only_alarms_that_are_on_and_ours(cloud: LocalCloud) -> None:
    assert cloud.endpoint
    cloudwatch, prefix = boto3.client("cloudwatch"), uuid4().hex[:8]
    names = {f"thing_{n}": f"{prefix}-{n}" for n in range(120)}
    for name in (names["thing_3"], names["thing_119"], names["thing_5"], f"{prefix}-other"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            MetricName="Things",
            Namespace=prefix,
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
        state = "OK" if name == names["thing_5"] else "ALARM"
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="Too many.")
    found = alarms.active_alarms(cloudwatch, names)
    assert {(alarm.watches, alarm.name, alarm.reason) for alarm in found} == {
        ("thing_3", f"{prefix}-3", "Too many."),
        ("thing_119", f"{prefix}-119", "Too many."),
    }
    assert alarms.active_alarms(cloudwatch, {}) == []
