"""Which fields each kind of state has, and what their values must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.choice import COMPARISON, TYPES

Rule = Callable[[Any], str | None]  # what is wrong with a value, as a sentence
Fields = Mapping[str, Rule]


def path(value: Any) -> bool:
    return isinstance(value, str) and jsonpath.valid(value)


def comparison(name: str) -> bool:
    """Whether a member of a choice rule is its comparison."""
    return name in TYPES or name in ("IsPresent", "StringMatches") or COMPARISON.fullmatch(name) is not None


def _is(fits: Callable[[Any], bool], sentence: str) -> Rule:
    return lambda value: None if fits(value) else sentence


def _whole(least: int, most: int) -> Rule:
    return _is(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
        f"The value must be a whole number from {least} to {most}",
    )


def _template(value: Any) -> str | None:
    if isinstance(value, list):
        return next((problem for item in value if (problem := _template(item))), None)
    if not isinstance(value, dict):
        return None
    for name, inner in value.items():
        if name.endswith(".$") and not (path(inner) or (isinstance(inner, str) and inner.startswith("States."))):
            return f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
        if not name.endswith(".$") and (problem := _template(inner)):
            return problem
    return None


def _anything(_: Any) -> None:
    return None


_text = _is(lambda value: isinstance(value, str), "The value must be a string")
_path = _is(path, "Value is not a Path")
_expression = _is(lambda value: path(value) or str(value).startswith("States."), "Value is not a Path or a function")
_maybe_path = _is(lambda value: value is None or path(value), "Value is not a Path")
_place = _is(
    lambda value: value is None or (path(value) and jsonpath.plain(value) and not value.startswith("$$")),
    "Value is not a Reference Path",
)
_object = _is(lambda value: isinstance(value, dict), "The value must be an object")
_some = _is(lambda value: isinstance(value, list) and bool(value), "The value must be an array that is not empty")
_list = _is(lambda value: isinstance(value, list), "The value must be an array")
_true = _is(lambda value: isinstance(value, bool), "The value must be true or false")
_number = _is(lambda value: isinstance(value, int | float) and 0 <= value <= 100, "The value must be from 0 to 100")
_resource = _is(lambda value: str(value).startswith("arn:"), "Value is not a valid resource ARN")
_errors = _is(
    lambda value: bool(value) and isinstance(value, list) and ("States.ALL" not in value or len(value) == 1),
    "The value must be an array of errors' names, and States.ALL must be alone",
)
_seconds = _whole(1, 99_999_999)
_count = _whole(0, 99_999_999)

BRANCH: Fields = {"StartAt": _text, "States": _object, "Comment": _anything, "QueryLanguage": _text}
MACHINE: Fields = {**BRANCH, "TimeoutSeconds": _seconds, "Version": _text}
PROCESSOR: Fields = {**BRANCH, "ProcessorConfig": _object}
RETRIER: Fields = {
    "ErrorEquals": _errors,
    "IntervalSeconds": _seconds,
    "MaxAttempts": _count,
    "MaxDelaySeconds": _whole(1, 31_622_399),
    "BackoffRate": _is(lambda value: isinstance(value, int | float) and value >= 1, "The value must be at least 1.0"),
    "JitterStrategy": _is(lambda value: value in ("FULL", "NONE"), "The value must be FULL or NONE"),
    "Comment": _anything,
}
CATCHER: Fields = {"ErrorEquals": _errors, "Next": _text, "ResultPath": _place, "Comment": _anything}
DISTRIBUTED = frozenset({
    "ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath", "ToleratedFailureCount", "ToleratedFailureCountPath",
})  # fmt: skip

_any: Fields = {"Type": _text, "Comment": _anything, "QueryLanguage": _text,
                "InputPath": _maybe_path, "OutputPath": _maybe_path}  # fmt: skip
_next: Fields = {**_any, "Next": _text, "End": _true}
_result: Fields = {**_next, "ResultPath": _place, "Parameters": _template}
_guarded: Fields = {**_result, "ResultSelector": _template, "Retry": _list, "Catch": _list}


@dataclass(frozen=True)
class Kind:
    """A kind of state; `continues` when it has a Next or an End."""

    fields: Fields
    required: tuple[str, ...] = ()
    continues: bool = True


STATES = {
    "Pass": Kind({**_result, "Result": _anything}),
    "Task": Kind({**_guarded, "Resource": _resource, "TimeoutSeconds": _seconds, "TimeoutSecondsPath": _path,
                  "HeartbeatSeconds": _seconds, "HeartbeatSecondsPath": _path, "Credentials": _object}, ("Resource",)),
    "Choice": Kind({**_any, "Choices": _some, "Default": _text}, ("Choices",), continues=False),
    "Wait": Kind({**_next, "Seconds": _count, "SecondsPath": _path, "Timestamp": _text, "TimestampPath": _path}),
    "Succeed": Kind(_any, continues=False),
    "Fail": Kind({"Type": _text, "Comment": _anything, "QueryLanguage": _text, "Error": _text, "ErrorPath": _expression,
                  "Cause": _text, "CausePath": _expression}, continues=False),
    "Parallel": Kind({**_guarded, "Branches": _some}, ("Branches",)),
    "Map": Kind({**_guarded, "ItemProcessor": _object, "Iterator": _object, "ItemsPath": _path,
                 "ItemSelector": _template, "MaxConcurrency": _count, "MaxConcurrencyPath": _path,
                 "ItemReader": _object, "ItemBatcher": _object,
                 "ResultWriter": _object, "Label": _text, "ToleratedFailurePercentage": _number,
                 "ToleratedFailurePercentagePath": _path, "ToleratedFailureCount": _count,
                 "ToleratedFailureCountPath": _path}),
}  # fmt: skip
