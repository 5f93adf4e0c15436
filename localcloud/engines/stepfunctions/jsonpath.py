"""The JSONPath that definitions use: fields, indices and slices of arrays, wildcards."""

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


def valid(path: str) -> bool:
    """Whether `path` is one that can be read here: $, or $$ for the context object, and steps."""
    return path.startswith("$") and _steps(path) is not None


def plain(path: str) -> bool:
    """Whether `path` is a reference path, which names exactly one place."""
    steps = _steps(path)
    return path.startswith("$") and steps is not None and all(step["name"] or step["quoted"] for step in steps)


def find(path: str, data: Any) -> Any:
    """What a path selects, a list when it may select several, MISSING when there is no such place."""
    steps = _steps(path)
    if steps is None:
        raise runtime_error(
            f"The local cloud cannot read the JSONPath '{path}': it knows fields, indices, slices and *."
        )
    values, several = [data], False
    for step in steps:
        several = several or bool(step["all"]) or step["stop"] is not None
        values = [found for value in values for found in _taken(step, value)]
    if several:
        return values
    return values[0] if values else MISSING


def put(path: str, data: Any, value: Any) -> Any:
    """`data` with `value` at a reference path; what is on the way is made. StateError when data is no object."""
    steps = _steps(path) or []
    if not steps:
        return value
    if not isinstance(data, Mapping):
        cause = f'Unable to apply step "{_key(steps[0])}" to input {type(data).__name__}: {path} needs an object'
        raise StateError("States.ResultPathMatchFailure", cause)
    whole = dict(data)
    place = whole
    for step in steps[:-1]:
        inner = place.get(_key(step))
        place[_key(step)] = dict(inner) if isinstance(inner, Mapping) else {}
        place = place[_key(step)]
    place[_key(steps[-1])] = value
    return whole


def _steps(path: str) -> list[re.Match[str]] | None:
    position, steps = len(path) - len(path.lstrip("$")), []
    while position < len(path):
        step = STEP.match(path, position)
        if step is None:
            return None
        steps.append(step)
        position = step.end()
    return steps


def _key(step: re.Match[str]) -> str:
    return step["name"] or re.sub(r"\\(.)", r"\1", step["quoted"] or "")


def _taken(step: re.Match[str], value: Any) -> Iterable[Any]:
    if step["all"]:
        return value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if step["stop"] is not None:
        part = slice(*(int(bound) if bound else None for bound in (step["start"], step["stop"])))
        return value[part] if isinstance(value, list) else []
    if step["index"]:
        index = int(step["index"])
        return [value[index]] if isinstance(value, list) and -len(value) <= index < len(value) else []
    return [value[_key(step)]] if isinstance(value, Mapping) and _key(step) in value else []
