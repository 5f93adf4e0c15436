"""Patch of the notifications that alarms publish to SNS topics."""

import json
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch, sns

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

SERVICE = "cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
MAX_HISTORY_ITEMS = 2_000
MAX_SUBJECT_LENGTH = 100


@patch("alarm_actions")
def apply_alarm_actions(_: Cloud) -> None:
    """Publish alarms under the topic's policy, and record the result in the alarm's history.

    AWS: publishes only if the topic's policy allows cloudwatch.amazonaws.com to, which its default policy does, and
        records the result in the alarm's history (CloudWatch User Guide, "Notifying users on alarm changes"; SNS
        Developer Guide, "Example cases for Amazon SNS access control").
    ministack: publishes regardless of the policy, and records nothing.
    Upstream: could be offered.
    """
    cloudwatch._dispatch_alarm_actions = dispatch_actions


def dispatch_actions(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
    """Publish a change of an alarm's state to the topics that it names for the new state."""
    topics = [action for action in alarm.get(ACTIONS[new]) or [] if cloudwatch._is_sns_action_arn(action)]
    if not alarm.get("ActionsEnabled", True):
        return
    for topic in topics:
        error = _check_topic(topic, alarm["AlarmArn"])
        if error is None:
            subject = f'{new}: "{alarm["AlarmName"]}" in {get_region()}'[:MAX_SUBJECT_LENGTH]
            sns._fanout(topic, new_uuid(), json.dumps(_build_message(alarm, old, new, reason)), subject)
        _record_action(alarm, topic, new, error)


def _check_topic(topic: str, alarm: str) -> str | None:
    """Return the reason why an alarm cannot publish to a topic, or None."""
    if sns._topic_by_arn_any_scope(topic) is None:
        return "Topic does not exist"
    if not sns.topic_policy_allows(topic, SERVICE, alarm, get_account_id()):
        return f"CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: {topic}"
    return None


def _record_action(alarm: dict[str, Any], topic: str, state: str, error: str | None) -> None:
    summary = f"Failed to execute action {topic}: {error}" if error else f"Successfully executed action {topic}"
    items = cloudwatch._history_entries()
    data = {"actionState": "Failed" if error else "Succeeded", "stateUpdateTimestamp": int(time.time() * 1000),
            "notificationResource": topic, "stateValue": state, "error": error}  # fmt: skip
    items.append({
        "AlarmName": alarm["AlarmName"], "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
        "Timestamp": cloudwatch._ts_iso(time.time()), "HistoryItemType": "Action", "HistorySummary": summary,
        "HistoryData": json.dumps(data),
    })  # fmt: skip
    del items[:-MAX_HISTORY_ITEMS]


def _build_message(alarm: dict[str, Any], old: str, new: str, reason: str) -> dict[str, Any]:
    copied = ("AlarmName", "AlarmDescription", "AlarmArn", "OKActions", "AlarmActions", "InsufficientDataActions")
    settings = ("MetricName", "Namespace", "Unit", "Period", "EvaluationPeriods", "DatapointsToAlarm",
                "ComparisonOperator", "Threshold", "TreatMissingData", "Metrics")  # fmt: skip
    trigger = {name: alarm[name] for name in settings if alarm.get(name) is not None}
    if statistic := alarm.get("ExtendedStatistic") or alarm.get("Statistic"):
        kind = "ExtendedStatistic" if alarm.get("ExtendedStatistic") else "Statistic"
        trigger |= {"StatisticType": kind, kind: statistic if kind == "ExtendedStatistic" else statistic.upper()}
        dimensions = alarm.get("Dimensions") or []
        trigger["Dimensions"] = [{"name": each["Name"], "value": each["Value"]} for each in dimensions]
    return {
        **{name: alarm.get(name) for name in copied}, "AWSAccountId": get_account_id(), "Region": get_region(),
        "NewStateValue": new, "OldStateValue": old, "NewStateReason": reason, "Trigger": trigger,
        "StateChangeTime": time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime()),
    }  # fmt: skip
