"""Summaries of traces, as GetTraceSummaries returns them, and the filter expressions that select among them."""

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
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
    "CONTAINS": lambda value, part: str(part) in str(value),
    "BEGINSWITH": lambda value, part: str(value).startswith(part),
}  # fmt: skip
FIELDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "responsetime": lambda summary: summary["ResponseTime"],
    "duration": lambda summary: summary["Duration"],
    "error": lambda summary: summary["HasError"],
    "fault": lambda summary: summary["HasFault"],
    "ok": lambda summary: not (summary["HasError"] or summary["HasFault"]),
    "http.status": lambda summary: summary["Http"].get("HttpStatus", 0),
}
ANNOTATION_TYPES = {bool: "BooleanValue", int: "NumberValue", float: "NumberValue", str: "StringValue"}


class FilterExpressionError(Exception):
    """A filter expression that is invalid or not supported; the message quotes the part."""


def summarize_trace(trace: str, documents: list[Document]) -> dict[str, Any]:
    """Summarize a trace.

    Args:
        trace: The id of the trace.
        documents: Its segments, and subsegments that were put separately.
    """
    nodes = [node for document in documents for node in walk_segments(document)]
    segments = [document for document in documents if document.get("type") != "subsegment"] or documents
    start = min(node["start_time"] for node in nodes)
    end = max(node.get("end_time", start) for node in nodes)
    first = next((segment for segment in segments if not segment.get("parent_id")), segments[0])
    services = {(node["name"], node.get("origin", "")) for node in segments}
    return {
        "Id": trace, "StartTime": start, "Duration": round(end - start, 3),
        "ResponseTime": round(first.get("end_time", end) - first["start_time"], 3),
        "HasFault": any(node.get("fault") for node in nodes), "HasError": any(node.get("error") for node in nodes),
        "HasThrottle": any(node.get("throttle") for node in nodes),
        "IsPartial": any(node.get("in_progress") for node in nodes), "Http": _summarize_http(first),
        "Annotations": _collect_annotations(nodes),
        "ServiceIds": [{"Name": name, "Names": [name], "Type": origin} for name, origin in sorted(services)],
    }  # fmt: skip


def parse_filter(expression: str) -> Callable[[dict[str, Any]], bool]:
    """Compile a filter expression to a function that checks a summary.

    Supports conditions on annotations, services and times, joined by AND.

    Raises:
        FilterExpressionError: The expression is invalid or not supported.
    """
    conditions = [_parse_condition(part) for part in re.split(r"\s+AND\s+|\s*&&\s*", expression.strip()) if part]
    return lambda summary: all(is_met(summary) for is_met in conditions)


def _summarize_http(segment: Document) -> dict[str, Any]:
    http = segment.get("http") or {}
    request, response = http.get("request") or {}, http.get("response") or {}
    summary = {"HttpStatus": response.get("status"), "HttpMethod": request.get("method"), "HttpURL": request.get("url")}
    return {key: value for key, value in summary.items() if value is not None}


def _collect_annotations(nodes: list[Document]) -> dict[str, list[dict[str, Any]]]:
    annotations: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        for key, value in (node.get("annotations") or {}).items():
            annotation = {
                "AnnotationValue": {ANNOTATION_TYPES.get(type(value), "StringValue"): value},
                "ServiceIds": [],
            }
            if annotation not in annotations.setdefault(key, []):
                annotations[key].append(annotation)
    return annotations


def _parse_condition(text: str) -> Callable[[dict[str, Any]], bool]:
    match = CONDITION.fullmatch(text)
    if match is None:
        raise FilterExpressionError(f"Invalid filter expression: the local cloud does not support '{text.strip()}'")
    expected: Any = True if match["value"] is None else _parse_literal(match["value"])
    compare = OPERATORS[match["sign"] or "="]
    if key := match["key"] or match["quoted"]:
        exists_only = match["sign"] is None  # a key without a value
        return lambda summary: any(
            exists_only or _compare(compare, next(iter(annotation["AnnotationValue"].values())), expected)
            for annotation in summary["Annotations"].get(key, [])
        )
    if match["field"] == "service":
        return lambda summary: any(service["Name"] == match["service"] for service in summary["ServiceIds"])
    get_value = FIELDS[match["field"]]
    return lambda summary: _compare(compare, get_value(summary), expected)


def _compare(compare: Callable[[Any, Any], bool], value: Any, expected: Any) -> bool:
    try:
        return compare(value, expected)
    except TypeError:
        return False


def _parse_literal(text: str) -> Any:
    if text.startswith('"'):
        return text[1:-1]
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        raise FilterExpressionError(f"Invalid filter expression: '{text}' is neither a number nor quoted") from None
