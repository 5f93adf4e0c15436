"""The rules of Choice states."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from localcloud.engines.stepfunctions.errors import runtime_error
from localcloud.engines.stepfunctions.jsonpath import MISSING
from localcloud.engines.stepfunctions.template import Resolver

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
COMPARISON = re.compile(rf"(String|Numeric|Timestamp|Boolean)({'|'.join(ORDER)})(Path)?")


def holds(rule: dict[str, Any], resolver: Resolver) -> bool:
    """Whether a rule holds; States.Runtime when its Variable is not there and it does not ask for that."""
    if "And" in rule:
        return all(holds(inner, resolver) for inner in rule["And"])
    if "Or" in rule:
        return any(holds(inner, resolver) for inner in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], resolver)
    value = resolver.find(rule["Variable"])
    if "IsPresent" in rule:
        return bool((value is not MISSING) == rule["IsPresent"])
    if value is MISSING:
        path = rule["Variable"]
        raise runtime_error(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
    test = next(name for name in rule if name in TYPES or name == "StringMatches" or COMPARISON.fullmatch(name))
    if test in TYPES:
        return bool(TYPES[test](value) == rule[test])
    if test == "StringMatches":
        return isinstance(value, str) and _wildcards(rule[test]).fullmatch(value) is not None
    return _compare(test, value, rule[test], resolver)


def _compare(test: str, value: Any, other: Any, resolver: Resolver) -> bool:
    """A value of another type than the test's never satisfies it."""
    parsed = COMPARISON.fullmatch(test)
    assert parsed is not None
    kind, order, path = parsed.groups()
    other = resolver.read(other, test) if path else other
    if not (TYPES[f"Is{kind}"](value) and TYPES[f"Is{kind}"](other)):
        return False
    if kind == "Timestamp":
        value, other = datetime.fromisoformat(value), datetime.fromisoformat(other)
    return ORDER[order](value, other)


def _timestamp(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _wildcards(pattern: str) -> re.Pattern[str]:
    """A pattern in which * stands for anything and \\* for itself."""
    parts = re.findall(r"\\.|\*|[^\\*]+", pattern)
    return re.compile("".join(".*" if part == "*" else re.escape(part.removeprefix("\\")) for part in parts), re.DOTALL)


TYPES: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": _timestamp,
}
