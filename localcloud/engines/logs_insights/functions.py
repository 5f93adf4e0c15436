"""The functions and operators of queries over values that may be text, numbers or absent."""

import operator
from collections.abc import Callable
from typing import Any

from localcloud.engines.logs_insights.fields import shown

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
}  # fmt: skip


def number(value: Any) -> float | None:
    """A value as a number, if it is one or says one."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    numbers = number(left), number(right)
    return numbers[0] == numbers[1] if None not in numbers else shown(left) == shown(right)


def compare(sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison of COMPARISONS holds; never for what is no number."""
    one, other = number(left), number(right)
    return one is not None and other is not None and COMPARISONS[sign](one, other)


def compute(sign: str, left: Any, right: Any) -> float | None:
    """The result of ARITHMETIC, if there is one."""
    one, other = number(left), number(right)
    if one is None or other is None or (other == 0 and sign in "/%"):
        return None
    return ARITHMETIC[sign](one, other)


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ispresent": lambda value: value is not None,
    "isempty": lambda value: value in (None, ""),
    "isblank": lambda value: value is None or not str(value).strip(),
    "strlen": lambda value: len(str(value)),
    "toupper": lambda value: str(value).upper(),
    "tolower": lambda value: str(value).lower(),
    "strcontains": lambda value, part: str(part) in str(value),
    "abs": lambda value: abs(number(value) or 0.0),
    "coalesce": _first,
    "concat": lambda *values: "".join(shown(value) for value in values if value is not None),
    "tomillis": lambda value: None if value is None else int(value),
}
