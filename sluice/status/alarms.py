"""Which alarms are on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_CALL = 100  # names that one call takes


@dataclass(frozen=True)
class Alarm:
    """An alarm that is on: what it watches, its name, CloudWatch's reason, and since when."""

    watches: str
    name: str
    reason: str
    since: datetime | None


def on(cloudwatch: Any, names: Mapping[str, str]) -> list[Alarm]:
    """Those of the alarms, named by what they watch, that are in the state ALARM."""
    watched = {name: watches for watches, name in names.items()}
    found, every = [], sorted(watched)
    for start in range(0, len(every), _CALL):
        some = every[start : start + _CALL]
        for alarm in cloudwatch.describe_alarms(AlarmNames=some, StateValue="ALARM")["MetricAlarms"]:
            name = alarm["AlarmName"]
            found.append(
                Alarm(watched[name], name, alarm.get("StateReason", ""), alarm.get("StateTransitionedTimestamp"))
            )
    return found
