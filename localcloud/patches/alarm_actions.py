"""An alarm publishes under its topic's policy and notes what it did; ministack publishes whatever the policy says.

The policy must let cloudwatch.amazonaws.com publish; a topic's own default policy does.
"""

import json
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch, sns

from localcloud.patches.cloud import Cloud

SERVICE = "cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
KEPT_HISTORY = 2_000
SUBJECT_LENGTH = 100


def apply(_: Cloud) -> None:
    cloudwatch._dispatch_alarm_actions = dispatch


def dispatch(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
    """Do what an alarm does on a change of its state: tell its topics."""
    topics = [action for action in alarm.get(ACTIONS[new]) or [] if cloudwatch._is_sns_action_arn(action)]
    if not alarm.get("ActionsEnabled", True):
        return
    for topic in topics:
        refusal = _refusal(topic, alarm["AlarmArn"])
        if refusal is None:
            subject = f'{new}: "{alarm["AlarmName"]}" in {get_region()}'[:SUBJECT_LENGTH]
            sns._fanout(topic, new_uuid(), json.dumps(_message(alarm, old, new, reason)), subject)
        _note(alarm, topic, new, refusal)


def _refusal(topic: str, alarm: str) -> str | None:
    """Why an alarm cannot publish to a topic."""
    if sns._topic_by_arn_any_scope(topic) is None:
        return "Topic does not exist"
    if not sns.topic_policy_allows(topic, SERVICE, alarm, get_account_id()):
        return f"CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: {topic}"
    return None


def _note(alarm: dict[str, Any], topic: str, state: str, refusal: str | None) -> None:
    done = f"Failed to execute action {topic}: {refusal}" if refusal else f"Successfully executed action {topic}"
    entries = cloudwatch._history_entries()
    data = {"actionState": "Failed" if refusal else "Succeeded", "stateUpdateTimestamp": int(time.time() * 1000),
            "notificationResource": topic, "stateValue": state, "error": refusal}  # fmt: skip
    entries.append({
        "AlarmName": alarm["AlarmName"], "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
        "Timestamp": cloudwatch._ts_iso(time.time()), "HistoryItemType": "Action", "HistorySummary": done,
        "HistoryData": json.dumps(data),
    })  # fmt: skip
    del entries[:-KEPT_HISTORY]


def _message(alarm: dict[str, Any], old: str, new: str, reason: str) -> dict[str, Any]:
    """What subscribers get."""
    copied = ("AlarmName", "AlarmDescription", "AlarmArn", "OKActions", "AlarmActions", "InsufficientDataActions")
    watched = ("MetricName", "Namespace", "Unit", "Period", "EvaluationPeriods", "DatapointsToAlarm",
               "ComparisonOperator", "Threshold", "TreatMissingData", "Metrics")  # fmt: skip
    trigger = {name: alarm[name] for name in watched if alarm.get(name) is not None}
    dimensions = alarm.get("Dimensions") or []
    if statistic := alarm.get("ExtendedStatistic") or alarm.get("Statistic"):
        kind = "ExtendedStatistic" if alarm.get("ExtendedStatistic") else "Statistic"
        trigger |= {"StatisticType": kind, kind: statistic if kind == "ExtendedStatistic" else statistic.upper()}
        trigger["Dimensions"] = [{"name": named["Name"], "value": named["Value"]} for named in dimensions]
    return {
        **{name: alarm.get(name) for name in copied}, "AWSAccountId": get_account_id(), "Region": get_region(),
        "NewStateValue": new, "OldStateValue": old, "NewStateReason": reason, "Trigger": trigger,
        "StateChangeTime": time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime()),
    }  # fmt: skip
