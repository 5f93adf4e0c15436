"""A trace in short, as GetTraceSummaries gives it, and the filter expressions that choose among traces."""

import operator
import re
from collections.abc import Callable
from typing import Any

from localcloud.engines.xray.store import Document, walk_segments

CONDITION = re.compile(
    r"""\s*(?:annotation(?:\.(?P<key>\w+)|\[(?P<quoted>[\w.-]+)\])|(?P<field>service|responsetime|duration|error|fault|ok|
    http\.status)\b(?:\(\s*(?:id\(\s*name:\s*)?"(?P<service>[^"]*)"[^)]*\)?\s*\))?)
    \s*(?:(?P<sign>!=|>=|<=|=|>|<|CONTAINS|BEGINSWITH)\s*(?P<value>"[^"]*"|[-\w.]+))?\s*""",
    re.VERBOSE,
)
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
    "CONTAINS": lambda value, part: str(part) in str(value),
    "BEGINSWITH": lambda value, part: str(value).startswith(part),
}  # fmt: skip
READ: dict[str, Callable[[dict[str, Any]], Any]] = {
    "responsetime": lambda told: told["ResponseTime"],
    "duration": lambda told: told["Duration"],
    "error": lambda told: told["HasError"],
    "fault": lambda told: told["HasFault"],
    "ok": lambda told: not (told["HasError"] or told["HasFault"]),
    "http.status": lambda told: told["Http"].get("HttpStatus", 0),
}
TYPES = {bool: "BooleanValue", int: "NumberValue", float: "NumberValue", str: "StringValue"}


class FilterExpressionError(Exception):
    """A filter expression that is not understood; the message says where."""


def summarize_trace(trace: str, documents: list[Document]) -> dict[str, Any]:
    """What is told of a trace; `documents` are its segments, and subsegments that came by themselves."""
    nodes = [node for document in documents for node in walk_segments(document)]
    segments = [document for document in documents if document.get("type") != "subsegment"] or documents
    began = min(node["start_time"] for node in nodes)
    ended = max(node.get("end_time", began) for node in nodes)
    first = next((segment for segment in segments if not segment.get("parent_id")), segments[0])
    annotations: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        for key, value in (node.get("annotations") or {}).items():
            told = {"AnnotationValue": {TYPES.get(type(value), "StringValue"): value}, "ServiceIds": []}
            if told not in annotations.setdefault(key, []):
                annotations[key].append(told)
    services = {(node["name"], node.get("origin", "")) for node in segments}
    return {
        "Id": trace, "StartTime": began, "Duration": round(ended - began, 3),
        "ResponseTime": round(first.get("end_time", ended) - first["start_time"], 3),
        "HasFault": any(node.get("fault") for node in nodes), "HasError": any(node.get("error") for node in nodes),
        "HasThrottle": any(node.get("throttle") for node in nodes),
        "IsPartial": any(node.get("in_progress") for node in nodes), "Http": _http(first), "Annotations": annotations,
        "ServiceIds": [{"Name": name, "Names": [name], "Type": origin} for name, origin in sorted(services)],
    }  # fmt: skip


def _http(segment: Document) -> dict[str, Any]:
    http = segment.get("http") or {}
    asked, answered = http.get("request") or {}, http.get("response") or {}
    told = {"HttpStatus": answered.get("status"), "HttpMethod": asked.get("method"), "HttpURL": asked.get("url")}
    return {key: value for key, value in told.items() if value is not None}


def parse_filter(expression: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a summary is what an expression asks for: conditions on annotations, services and times, joined by AND.

    FilterExpressionError for what goes beyond that.
    """
    conditions = [_condition(part) for part in re.split(r"\s+AND\s+|\s*&&\s*", expression.strip()) if part]
    return lambda told: all(holds(told) for holds in conditions)


def _condition(text: str) -> Callable[[dict[str, Any]], bool]:
    found = CONDITION.fullmatch(text)
    if found is None:
        raise FilterExpressionError(f"Invalid filter expression: the local cloud does not understand '{text.strip()}'")
    wanted: Any = True if found["value"] is None else _literal(found["value"])
    compare = SIGNS[found["sign"] or "="]
    if key := found["key"] or found["quoted"]:
        present = found["sign"] is None
        return lambda told: any(present or _holds(compare, next(iter(value["AnnotationValue"].values())), wanted)
                                for value in told["Annotations"].get(key, []))  # fmt: skip
    if found["field"] == "service":
        return lambda told: any(service["Name"] == found["service"] for service in told["ServiceIds"])
    read = READ[found["field"]]
    return lambda told: _holds(compare, read(told), wanted)


def _holds(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    try:
        return compare(value, wanted)
    except TypeError:
        return False


def _literal(text: str) -> Any:
    if text.startswith('"'):
        return text[1:-1]
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        raise FilterExpressionError(f"Invalid filter expression: '{text}' is neither a number nor quoted") from None
