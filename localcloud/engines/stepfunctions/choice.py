"""Evaluates the rules of Choice states."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from localcloud.engines.stepfunctions.errors import runtime_error
from localcloud.engines.stepfunctions.jsonpath import MISSING
from localcloud.engines.stepfunctions.payload import Resolver

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
COMPARISON = re.compile(rf"(String|Numeric|Timestamp|Boolean)({'|'.join(OPERATORS)})(Path)?")


def is_comparison(name: str) -> bool:
    """Check whether a field of a choice rule is a comparison."""
    return name in TYPE_TESTS or name in ("IsPresent", "StringMatches") or COMPARISON.fullmatch(name) is not None


def evaluate_rule(rule: dict[str, Any], resolver: Resolver) -> bool:
    """Evaluate a rule.

    Raises:
        StateError: States.Runtime if the rule's Variable does not exist and the rule is not an IsPresent test.
    """
    if "And" in rule:
        return all(evaluate_rule(inner, resolver) for inner in rule["And"])
    if "Or" in rule:
        return any(evaluate_rule(inner, resolver) for inner in rule["Or"])
    if "Not" in rule:
        return not evaluate_rule(rule["Not"], resolver)
    value = resolver.find(rule["Variable"])
    if "IsPresent" in rule:
        return bool((value is not MISSING) == rule["IsPresent"])
    if value is MISSING:
        path = rule["Variable"]
        raise runtime_error(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
    test = next(name for name in rule if is_comparison(name))
    if test in TYPE_TESTS:
        return bool(TYPE_TESTS[test](value) == rule[test])
    if test == "StringMatches":
        return isinstance(value, str) and _compile_wildcards(rule[test]).fullmatch(value) is not None
    return _compare(test, value, rule[test], resolver)


def _compare(test: str, value: Any, other: Any, resolver: Resolver) -> bool:
    """Evaluate a comparison; false for a value of another type."""
    parsed = COMPARISON.fullmatch(test)
    assert parsed is not None
    kind, order, path = parsed.groups()
    other = resolver.resolve(other, test) if path else other
    if not (TYPE_TESTS[f"Is{kind}"](value) and TYPE_TESTS[f"Is{kind}"](other)):
        return False
    if kind == "Timestamp":
        value, other = datetime.fromisoformat(value), datetime.fromisoformat(other)
    return OPERATORS[order](value, other)


def _is_timestamp(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _compile_wildcards(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which * matches any text and \\* an asterisk."""
    parts = re.findall(r"\\.|\*|[^\\*]+", pattern)
    return re.compile("".join(".*" if part == "*" else re.escape(part.removeprefix("\\")) for part in parts), re.DOTALL)


TYPE_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": _is_timestamp,
}
