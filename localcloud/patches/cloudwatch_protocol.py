"""CloudWatch's three protocols as one: a request's members as plain values, and an answer in the request's own form."""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch


@dataclass(frozen=True)
class Protocol:
    """What a request was sent in; for neither CBOR nor JSON it is AWS Query, which answers in XML."""

    cbor: bool
    json: bool

    def answer(self, action: str, members: Mapping[str, Any]) -> Any:
        """The answer to an action; times in it are `datetime`s."""
        if self.cbor:
            return cloudwatch._cbor_ok(_converted(members, lambda at: cloudwatch._cbor_timestamp(at.timestamp())))
        if self.json:
            return cloudwatch._json_ok(_converted(members, lambda at: at.timestamp()))
        inner = f"<{action}Result>{xml(members)}</{action}Result>"
        return cloudwatch._xml(200, f"{action}Response", inner)

    def error(self, code: str, message: str) -> Any:
        return cloudwatch._error(code, message, 400, use_json=self.json, use_cbor=self.cbor)


def request(params: Mapping[str, Any], data: Any, protocol: Protocol) -> dict[str, Any]:
    """The members of a request; in AWS Query all that is no list or structure is text."""
    if protocol.cbor or protocol.json:
        return dict(data)
    root: dict[str, Any] = {}
    for key, value in params.items():
        place = root
        *path, last = [part for part in key.split(".") if part != "member"]
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value[0] if isinstance(value, list) else value
    members: dict[str, Any] = _listed(root)
    return members


def seconds(value: Any) -> float | None:
    """A time as it is in any of the protocols, in seconds since the epoch."""
    moment: float | None = cloudwatch._parse_ts(value)
    return moment


def moment(seconds: float | None = None) -> datetime.datetime:
    """Seconds since the epoch, or now, as an answer holds it."""
    return datetime.datetime.fromtimestamp(time.time() if seconds is None else seconds, datetime.UTC)


def true(value: Any, default: bool) -> bool:  # noqa: FBT001 # it is what the value may be
    return default if value is None else str(value).lower() == "true"


def xml(value: Any) -> str:
    """A value in the AWS Query protocol's XML."""
    if isinstance(value, list):
        return "".join(f"<member>{xml(item)}</member>" for item in value)
    if isinstance(value, Mapping):
        return "".join(f"<{key}>{xml(item)}</{key}>" for key, item in value.items() if item is not None)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _listed(value: Any) -> Any:
    """What has numbers for keys as a list."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(item) for key, item in value.items()}


def _converted(value: Any, convert: Any) -> Any:
    if isinstance(value, list):
        return [_converted(item, convert) for item in value]
    if isinstance(value, Mapping):
        return {key: _converted(item, convert) for key, item in value.items()}
    return convert(value) if isinstance(value, datetime.datetime) else value
