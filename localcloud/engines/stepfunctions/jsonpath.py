"""The JSONPath of definitions: fields, indices and slices of arrays, wildcards."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from localcloud.engines.stepfunctions.errors import StateError, runtime_error

STEP = re.compile(
    r"""\.(?P<name>[^.\[\]*'"()?@,:\s]+)
      | \.?\[(?P<quote>['"])(?P<quoted>(?:\\.|(?!(?P=quote)).)*)(?P=quote)\]
      | \[(?P<index>-?\d+)\]
      | \[(?P<start>-?\d*):(?P<stop>-?\d*)\]
      | (?P<all>\.\*|\.?\[\*\])""",
    re.VERBOSE,
)
MISSING = object()


def is_path(path: str) -> bool:
    """Check whether `path` is supported: $, or $$ for the context object, and steps."""
    return path.startswith("$") and _parse_steps(path) is not None


def is_reference_path(path: str) -> bool:
    """Check whether `path` is a reference path, which selects exactly one field."""
    steps = _parse_steps(path)
    return path.startswith("$") and steps is not None and all(step["name"] or step["quoted"] for step in steps)


def find_value(path: str, data: Any) -> Any:
    """Find the value that a path selects.

    Returns:
        The value, a list if the path can select several, or MISSING if it selects nothing.

    Raises:
        StateError: The path is not supported.
    """
    steps = _parse_steps(path)
    if steps is None:
        raise runtime_error(
            f"The local cloud cannot read the JSONPath '{path}': it supports fields, indices, slices and *."
        )
    values, several = [data], False
    for step in steps:
        several = several or bool(step["all"]) or step["stop"] is not None
        values = [selected for value in values for selected in _apply_step(step, value)]
    if several:
        return values
    return values[0] if values else MISSING


def insert_value(path: str, data: Any, value: Any) -> Any:
    """Insert `value` at a reference path of a copy of `data`, creating missing objects on the way.

    Raises:
        StateError: `data` is not an object.
    """
    steps = _parse_steps(path) or []
    if not steps:
        return value
    if not isinstance(data, Mapping):
        cause = f'Unable to apply step "{_get_key(steps[0])}" to input {type(data).__name__}: {path} needs an object'
        raise StateError("States.ResultPathMatchFailure", cause)
    root = dict(data)
    parent = root
    for step in steps[:-1]:
        child = parent.get(_get_key(step))
        parent[_get_key(step)] = dict(child) if isinstance(child, Mapping) else {}
        parent = parent[_get_key(step)]
    parent[_get_key(steps[-1])] = value
    return root


def _parse_steps(path: str) -> list[re.Match[str]] | None:
    position, steps = len(path) - len(path.lstrip("$")), []
    while position < len(path):
        step = STEP.match(path, position)
        if step is None:
            return None
        steps.append(step)
        position = step.end()
    return steps


def _get_key(step: re.Match[str]) -> str:
    return step["name"] or re.sub(r"\\(.)", r"\1", step["quoted"] or "")


def _apply_step(step: re.Match[str], value: Any) -> Iterable[Any]:
    if step["all"]:
        return value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if step["stop"] is not None:
        part = slice(*(int(bound) if bound else None for bound in (step["start"], step["stop"])))
        return value[part] if isinstance(value, list) else []
    if step["index"]:
        index = int(step["index"])
        return [value[index]] if isinstance(value, list) and -len(value) <= index < len(value) else []
    return [value[_get_key(step)]] if isinstance(value, Mapping) and _get_key(step) in value else []
