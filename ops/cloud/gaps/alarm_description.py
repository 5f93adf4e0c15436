"""DescribeAlarms gives an alarm whole; ministack's XML leaves out most of it, so Terraform plans it for ever."""

import re
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from ops.cloud.gaps.cloud import Cloud

TIMES = ("StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp")  # numbers there, not what XML carries
DEFAULTS = ("Period", "Statistic")  # made up for an alarm on an expression, which has neither
MEMBERS = re.compile(r"<MetricAlarms>(.*?)</MetricAlarms>", re.DOTALL)
NAME = re.compile(r"<member><AlarmName>([^<]*)</AlarmName>")


def close(_: Cloud) -> None:
    describe = cloudwatch._describe_alarms

    def whole(params: Any, cbor: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # ministack's
        status, headers, body = describe(params, cbor, is_cbor, is_json)
        if is_cbor or is_json or status != 200:
            return status, headers, body
        text = body.decode()
        listed = MEMBERS.search(text)
        names = NAME.findall(listed[1]) if listed else []
        members = "".join(f"<member>{_xml(_alarm(name))}</member>" for name in names)
        return status, headers, MEMBERS.sub(lambda _: f"<MetricAlarms>{members}</MetricAlarms>", text).encode()

    cloudwatch._describe_alarms = whole


def _alarm(name: str) -> dict[str, Any]:
    alarm = cloudwatch._alarms[name]
    dropped = (*TIMES, *DEFAULTS) if not alarm.get("MetricName") else TIMES
    return {key: value for key, value in alarm.items() if key not in dropped}


def _xml(value: Any) -> str:
    """A value in the AWS Query protocol's XML."""
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    if isinstance(value, dict):
        return "".join(f"<{key}>{_xml(item)}</{key}>" for key, item in value.items() if item is not None)
    return str(value).lower() if isinstance(value, bool) else escape(str(value))
