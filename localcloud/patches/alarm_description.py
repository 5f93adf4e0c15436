"""DescribeAlarms gives an alarm whole; ministack's XML leaves out most of it, so Terraform plans it for ever."""

import re
from typing import Any
from xml.sax.saxutils import unescape

from ministack.services import cloudwatch

from localcloud.patches import cloudwatch_protocol
from localcloud.patches.cloud import Cloud

TIMES = ("StateUpdatedTimestamp", "StateTransitionedTimestamp", "AlarmConfigurationUpdatedTimestamp")  # numbers there
DEFAULTS = ("Period", "Statistic")  # made up for an alarm on an expression, which has neither
KINDS = re.compile(r"<(MetricAlarms|CompositeAlarms)>(.*?)</\1>", re.DOTALL)
NAME = re.compile(r"<member><AlarmName>([^<]*)</AlarmName>")


def apply(_: Cloud) -> None:
    describe = cloudwatch._describe_alarms

    def whole(params: Any, cbor: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # ministack's
        status, headers, body = describe(params, cbor, is_cbor, is_json)
        if is_cbor or is_json or status != 200:
            return status, headers, body
        return status, headers, KINDS.sub(_members, body.decode()).encode()

    cloudwatch._describe_alarms = whole


def _members(listed: re.Match[str]) -> str:
    """The alarms of one kind, each in full where ministack only names it."""
    kind, known = listed[1], cloudwatch._alarms if listed[1] == "MetricAlarms" else cloudwatch._composite_alarms
    members = "".join(
        f"<member>{cloudwatch_protocol.xml(_described(known[unescape(name)]))}</member>"
        for name in NAME.findall(listed[2])
    )
    return f"<{kind}>{members}</{kind}>"


def _described(alarm: dict[str, Any]) -> dict[str, Any]:
    dropped = TIMES if alarm.get("MetricName") else (*TIMES, *DEFAULTS)
    return {key: value for key, value in alarm.items() if key not in dropped}
