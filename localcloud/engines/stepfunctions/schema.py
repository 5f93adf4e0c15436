"""The fields of each type of state and the checks of their values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions import jsonpath

Check = Callable[[Any], str | None]  # gives a message if the value is invalid
Fields = Mapping[str, Check]


def is_path_value(value: Any) -> bool:
    """Check whether a value is a supported path."""
    return isinstance(value, str) and jsonpath.is_path(value)


def _require(is_valid: Callable[[Any], bool], message: str) -> Check:
    return lambda value: None if is_valid(value) else message


def _require_integer(minimum: int, maximum: int) -> Check:
    return _require(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum,
        f"The value must be a whole number from {minimum} to {maximum}",
    )


def _check_template(value: Any) -> str | None:
    if isinstance(value, list):
        return next((problem for item in value if (problem := _check_template(item))), None)
    if not isinstance(value, dict):
        return None
    for name, inner in value.items():
        is_function = isinstance(inner, str) and inner.startswith("States.")
        if name.endswith(".$") and not (is_path_value(inner) or is_function):
            return f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
        if not name.endswith(".$") and (problem := _check_template(inner)):
            return problem
    return None


def _accept(_: Any) -> None:
    return None


_text = _require(lambda value: isinstance(value, str), "The value must be a string")
_path = _require(is_path_value, "Value is not a Path")
_expression = _require(
    lambda value: is_path_value(value) or str(value).startswith("States."), "Value is not a Path or a function"
)
_nullable_path = _require(lambda value: value is None or is_path_value(value), "Value is not a Path")
_reference_path = _require(
    lambda value: (
        value is None or (is_path_value(value) and jsonpath.is_reference_path(value) and not value.startswith("$$"))
    ),
    "Value is not a Reference Path",
)
_object = _require(lambda value: isinstance(value, dict), "The value must be an object")
_nonempty_list = _require(
    lambda value: isinstance(value, list) and bool(value), "The value must be an array that is not empty"
)
_list = _require(lambda value: isinstance(value, list), "The value must be an array")
_boolean = _require(lambda value: isinstance(value, bool), "The value must be true or false")
_percentage = _require(
    lambda value: isinstance(value, int | float) and 0 <= value <= 100, "The value must be from 0 to 100"
)
_resource = _require(lambda value: str(value).startswith("arn:"), "Value is not a valid resource ARN")
_error_names = _require(
    lambda value: bool(value) and isinstance(value, list) and ("States.ALL" not in value or len(value) == 1),
    "The value must be an array of error names, and States.ALL must be the only one",
)
_seconds = _require_integer(1, 99_999_999)
_count = _require_integer(0, 99_999_999)

BRANCH: Fields = {"StartAt": _text, "States": _object, "Comment": _accept, "QueryLanguage": _text}
MACHINE: Fields = {**BRANCH, "TimeoutSeconds": _seconds, "Version": _text}
PROCESSOR: Fields = {**BRANCH, "ProcessorConfig": _object}
RETRIER: Fields = {
    "ErrorEquals": _error_names,
    "IntervalSeconds": _seconds,
    "MaxAttempts": _count,
    "MaxDelaySeconds": _require_integer(1, 31_622_399),
    "BackoffRate": _require(
        lambda value: isinstance(value, int | float) and value >= 1, "The value must be at least 1.0"
    ),
    "JitterStrategy": _require(lambda value: value in ("FULL", "NONE"), "The value must be FULL or NONE"),
    "Comment": _accept,
}
CATCHER: Fields = {"ErrorEquals": _error_names, "Next": _text, "ResultPath": _reference_path, "Comment": _accept}
DISTRIBUTED = frozenset({
    "ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath", "ToleratedFailureCount", "ToleratedFailureCountPath",
})  # fmt: skip

_description: Fields = {"Type": _text, "Comment": _accept, "QueryLanguage": _text}
_common: Fields = {**_description, "InputPath": _nullable_path, "OutputPath": _nullable_path}
_transition: Fields = {**_common, "Next": _text, "End": _boolean}
_result: Fields = {**_transition, "ResultPath": _reference_path, "Parameters": _check_template}
_retryable: Fields = {**_result, "ResultSelector": _check_template, "Retry": _list, "Catch": _list}


@dataclass(frozen=True)
class StateType:
    """A type of state.

    Attributes:
        fields: The check of each field.
        required: Fields that must exist.
        continues: Whether the state has Next or End.
    """

    fields: Fields
    required: tuple[str, ...] = ()
    continues: bool = True


STATES = {
    "Pass": StateType({**_result, "Result": _accept}),
    "Task": StateType({**_retryable, "Resource": _resource, "TimeoutSeconds": _seconds, "TimeoutSecondsPath": _path,
                       "HeartbeatSeconds": _seconds, "HeartbeatSecondsPath": _path, "Credentials": _object},
                      ("Resource",)),
    "Choice": StateType({**_common, "Choices": _nonempty_list, "Default": _text}, ("Choices",), continues=False),
    "Wait": StateType({**_transition, "Seconds": _count, "SecondsPath": _path, "Timestamp": _text,
                       "TimestampPath": _path}),
    "Succeed": StateType(_common, continues=False),
    "Fail": StateType({**_description, "Error": _text, "ErrorPath": _expression, "Cause": _text,
                       "CausePath": _expression}, continues=False),
    "Parallel": StateType({**_retryable, "Branches": _nonempty_list}, ("Branches",)),
    "Map": StateType({**_retryable, "ItemProcessor": _object, "Iterator": _object, "ItemsPath": _path,
                      "ItemSelector": _check_template, "MaxConcurrency": _count, "MaxConcurrencyPath": _path,
                      "ItemReader": _object, "ItemBatcher": _object, "ResultWriter": _object, "Label": _text,
                      "ToleratedFailurePercentage": _percentage, "ToleratedFailurePercentagePath": _path,
                      "ToleratedFailureCount": _count, "ToleratedFailureCountPath": _path}),
}  # fmt: skip
