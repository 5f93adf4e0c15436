"""Patches of PutMetricAlarm and DescribeAlarms, which must return an alarm as it was put."""

import re
from typing import Any
from xml.sax.saxutils import unescape

from ministack.services import cloudwatch

from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch import protocol
from localcloud.patches.cloudwatch.protocol import Protocol
from localcloud.patches.registry import patch

DROPPED_SETTINGS = ("Metrics", "ThresholdMetricId", "EvaluateLowSampleCountPercentile", "InsufficientDataActions")
DEFAULTED_SETTINGS = ("Statistic", "Period")
# ministack stores these times as numbers; its own members of the XML hold them as text.
TIMES = ("StateUpdatedTimestamp", "StateTransitionedTimestamp", "AlarmConfigurationUpdatedTimestamp")

_ALARM_LISTS = re.compile(r"<(MetricAlarms|CompositeAlarms)>(.*?)</\1>", re.DOTALL)
_ALARM_NAME = re.compile(r"<member><AlarmName>([^<]*)</AlarmName>")


@patch("alarm_description")
def apply_alarm_description(_: Cloud) -> None:
    """Return complete alarms from DescribeAlarms in XML, which Terraform's provider uses.

    AWS: DescribeAlarms returns all settings of an alarm (CloudWatch API Reference, "MetricAlarm").
    ministack: omits most of them in XML, so Terraform plans the same changes on every run.
    Upstream: could be offered.
    """
    describe = cloudwatch._describe_alarms

    def describe_completely(params: Any, cbor: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # as in ministack
        status, headers, body = describe(params, cbor, is_cbor, is_json)
        if is_cbor or is_json or status != 200:
            return status, headers, body
        return status, headers, _ALARM_LISTS.sub(_render_alarms, body.decode()).encode()

    cloudwatch._describe_alarms = describe_completely


@patch("alarm_settings")
def apply_alarm_settings(_: Cloud) -> None:
    """Keep the settings with which an alarm was put, and add none.

    AWS: an alarm on metric math keeps its queries; it and an alarm on a percentile have no `Statistic` (CloudWatch API
        Reference, "PutMetricAlarm" and "MetricAlarm").
    ministack: drops the queries, and adds the statistic `Average` and a period of 60 s.
    Upstream: could be offered.
    """
    put = cloudwatch._put_metric_alarm

    def put_and_keep(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # as in ministack
        response = put(params, data, is_cbor, is_json)
        request = protocol.parse_request(params, data, Protocol(is_cbor, is_json))
        alarm = cloudwatch._alarms.get(request.get("AlarmName"))
        if response[0] == 200 and alarm is not None:
            alarm.update({name: request[name] for name in DROPPED_SETTINGS if request.get(name)})
            alarm["Metrics"] = [_parse_query(query) for query in alarm.get("Metrics", [])] or None
            for name in DEFAULTED_SETTINGS:
                if name not in request:
                    alarm[name] = None
        return response

    cloudwatch._put_metric_alarm = put_and_keep


def _render_alarms(match: re.Match[str]) -> str:
    """Return the XML of all alarms of one kind, complete, from the XML in which ministack lists them."""
    kind, names = match[1], _ALARM_NAME.findall(match[2])
    alarms = cloudwatch._alarms if kind == "MetricAlarms" else cloudwatch._composite_alarms
    members = (f"<member>{protocol.to_xml(_select_settings(alarms[unescape(name)]))}</member>" for name in names)
    return f"<{kind}>{''.join(members)}</{kind}>"


def _select_settings(alarm: dict[str, Any]) -> dict[str, Any]:
    omitted = TIMES if alarm.get("MetricName") else (*TIMES, *DEFAULTED_SETTINGS)
    return {key: value for key, value in alarm.items() if key not in omitted}


def _parse_query(query: dict[str, Any]) -> dict[str, Any]:
    """Return a query with numbers and Booleans, independent of the protocol that it was sent in."""
    parsed = {**query, "ReturnData": protocol.parse_bool(query.get("ReturnData"), default=True)}
    if "MetricStat" in parsed:
        parsed["MetricStat"] = {**parsed["MetricStat"], "Period": int(parsed["MetricStat"]["Period"])}
    if "Period" in parsed:
        parsed["Period"] = int(parsed["Period"])
    return parsed
