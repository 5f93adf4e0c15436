"""CloudWatch's three protocols behind one interface: parse requests into plain values, respond in the same protocol."""

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch


@dataclass(frozen=True)
class Protocol:
    """The protocol of a request: CBOR, JSON, or else AWS Query, which responds in XML."""

    cbor: bool
    json: bool

    def respond(self, action: str, members: Mapping[str, Any]) -> Any:
        """Return the response to an action; times in `members` are datetime objects."""
        if self.cbor:
            return cloudwatch._cbor_ok(
                _convert_times(members, lambda time: cloudwatch._cbor_timestamp(time.timestamp()))
            )
        if self.json:
            return cloudwatch._json_ok(_convert_times(members, lambda time: time.timestamp()))
        return cloudwatch._xml(200, f"{action}Response", f"<{action}Result>{to_xml(members)}</{action}Result>")

    def respond_error(self, code: str, message: str) -> Any:
        """Return an error response with status 400."""
        return cloudwatch._error(code, message, 400, use_json=self.json, use_cbor=self.cbor)


def parse_request(params: Mapping[str, Any], data: Any, protocol: Protocol) -> dict[str, Any]:
    """Return the members of a request; from AWS Query, values other than lists and structures are strings."""
    if protocol.cbor or protocol.json:
        return dict(data)
    root: dict[str, Any] = {}
    for key, value in params.items():
        parent = root
        *path, last = [part for part in key.split(".") if part != "member"]
        for part in path:
            parent = parent.setdefault(part, {})
        parent[last] = value[0] if isinstance(value, list) else value
    members: dict[str, Any] = _to_lists(root)
    return members


def parse_time(value: Any) -> float | None:
    """Return a time, as any of the protocols sends it, in seconds since the epoch."""
    seconds: float | None = cloudwatch._parse_ts(value)
    return seconds


def parse_bool(value: Any, default: bool) -> bool:  # noqa: FBT001 # a value, not a mode
    """Return a Boolean, as any of the protocols sends it, or the default for None."""
    return default if value is None else str(value).lower() == "true"


def to_datetime(seconds: float | None = None) -> datetime.datetime:
    """Return seconds since the epoch, or the current time, as a response holds it."""
    return datetime.datetime.fromtimestamp(time.time() if seconds is None else seconds, datetime.UTC)


def to_xml(value: Any) -> str:
    """Return a value in the XML of the AWS Query protocol."""
    if isinstance(value, list):
        return "".join(f"<member>{to_xml(item)}</member>" for item in value)
    if isinstance(value, Mapping):
        return "".join(f"<{key}>{to_xml(item)}</{key}>" for key, item in value.items() if item is not None)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _to_lists(value: Any) -> Any:
    """Replace each mapping whose keys are numbers by a list."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_to_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _to_lists(item) for key, item in value.items()}


def _convert_times(value: Any, convert: Callable[[datetime.datetime], Any]) -> Any:
    if isinstance(value, list):
        return [_convert_times(item, convert) for item in value]
    if isinstance(value, Mapping):
        return {key: _convert_times(item, convert) for key, item in value.items()}
    return convert(value) if isinstance(value, datetime.datetime) else value
