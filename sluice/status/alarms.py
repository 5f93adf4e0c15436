"""The alarms of an environment that are in the state ALARM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_MAX_NAMES = 100  # of one call


@dataclass(frozen=True)
class Alarm:
    """An alarm in the state ALARM.

    Attributes:
        watches: The condition that it watches, as the key of Terraform's output.
        name: Its name in CloudWatch.
        reason: CloudWatch's reason for the state.
        since: When it entered the state, if CloudWatch says so.
    """

    watches: str
    name: str
    reason: str
    since: datetime | None


def find_active_alarms(cloudwatch: Any, names: Mapping[str, str]) -> list[Alarm]:
    """Return the alarms that are in the state ALARM.

    Args:
        cloudwatch: A boto3 client of CloudWatch.
        names: The names of the environment's alarms, by the condition that they watch.
    """
    watched = {name: watches for watches, name in names.items()}
    active, sorted_names = [], sorted(watched)
    for start in range(0, len(sorted_names), _MAX_NAMES):
        some = sorted_names[start : start + _MAX_NAMES]
        for alarm in cloudwatch.describe_alarms(AlarmNames=some, StateValue="ALARM")["MetricAlarms"]:
            name = alarm["AlarmName"]
            since = alarm.get("StateTransitionedTimestamp")
            active.append(Alarm(watched[name], name, alarm.get("StateReason", ""), since))
    return active
