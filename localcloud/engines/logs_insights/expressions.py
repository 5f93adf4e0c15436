"""Expressions of queries: fields, comparisons, arithmetic and functions ("Supported operations and functions")."""

import operator
import re
from collections.abc import Callable
from typing import Any

from localcloud.engines.logs_insights.fields import Row, Timestamp, format_value
from localcloud.engines.logs_insights.scanner import Scanner

Expression = Callable[[Row], Any]
MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
}  # fmt: skip


def parse_expression(scanner: Scanner) -> Expression:
    """Consume an expression and return a function that computes it for a row.

    Raises:
        MalformedQueryError: The expression is invalid or not supported.
    """
    left = _parse_and(scanner)
    while scanner.accept("or"):
        left = _either(left, _parse_and(scanner))
    return left


def to_number(value: Any) -> float | None:
    """Convert a value to a number; None if it is not one."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _parse_and(scanner: Scanner) -> Expression:
    left = _parse_not(scanner)
    while scanner.accept("and"):
        left = _both(left, _parse_not(scanner))
    return left


def _parse_not(scanner: Scanner) -> Expression:
    if scanner.accept("not"):
        return _negate(_parse_not(scanner))
    return _parse_comparison(scanner)


def _parse_comparison(scanner: Scanner) -> Expression:
    left = _parse_sum(scanner)
    negated = scanner.accept("not")
    if scanner.accept("like", "=~"):
        condition = _parse_like(left, scanner)
    elif scanner.accept("in"):
        condition = _is_in(left, _parse_list(scanner))
    elif negated:
        raise scanner.error("'like' or 'in'")
    else:
        return _parse_order(left, scanner)
    return _negate(condition) if negated else condition


def _parse_order(left: Expression, scanner: Scanner) -> Expression:
    sign = scanner.token.text
    if not scanner.accept("=", "!=", *COMPARISONS):
        return left
    right = _parse_sum(scanner)
    if sign == "=":
        return lambda row: _are_equal(left(row), right(row))
    if sign == "!=":
        return lambda row: not _are_equal(left(row), right(row))
    return lambda row: _compare(sign, left(row), right(row))


def _parse_like(left: Expression, scanner: Scanner) -> Expression:
    pattern = scanner.accept_regex()
    if pattern is None:
        if scanner.token.kind != "text":
            raise scanner.error("a text or a /regular expression/")
        pattern = re.compile(re.escape(_unquote(scanner.consume().text)))
    return lambda row: (value := left(row)) is not None and pattern.search(format_value(value)) is not None


def _parse_list(scanner: Scanner) -> list[Expression]:
    scanner.expect("[")
    items = [_parse_sum(scanner)]
    while scanner.accept(","):
        items.append(_parse_sum(scanner))
    scanner.expect("]")
    return items


def _parse_sum(scanner: Scanner) -> Expression:
    return _parse_chain(scanner, _parse_product, "+", "-")


def _parse_product(scanner: Scanner) -> Expression:
    return _parse_chain(scanner, _parse_primary, "*", "/", "%")


def _parse_chain(scanner: Scanner, parse_part: Callable[[Scanner], Expression], *signs: str) -> Expression:
    left = parse_part(scanner)
    while scanner.token.is_any(*signs):
        left = _calculation(scanner.consume().text, left, parse_part(scanner))
    return left


def _parse_primary(scanner: Scanner) -> Expression:
    if scanner.accept("("):
        inner = parse_expression(scanner)
        scanner.expect(")")
        return inner
    if scanner.accept("-"):
        return _calculation("-", lambda _: 0.0, _parse_primary(scanner))
    token = scanner.consume()
    if token.kind == "number":
        value = float(token.text)
        return lambda _: value
    if token.kind == "text":
        text = _unquote(token.text)
        return lambda _: text
    if token.kind == "word" and scanner.token.is_any("("):
        return _parse_call(token.text, scanner)
    if token.kind in ("word", "quoted"):
        name = token.text.strip("`")
        return lambda row: row.get(name)
    raise scanner.error("a field, a number or a text")


def _parse_call(name: str, scanner: Scanner) -> Expression:
    function = FUNCTIONS.get(name.lower())
    if function is None and name.lower() != "bin":
        raise scanner.error(f"another function than {name}, which is not supported")
    scanner.expect("(")
    if function is None:
        return _parse_bin(scanner)
    arguments = [] if scanner.token.is_any(")") else [_parse_sum(scanner)]
    while scanner.accept(","):
        arguments.append(_parse_sum(scanner))
    scanner.expect(")")
    return lambda row: function(*(argument(row) for argument in arguments))


def _parse_bin(scanner: Scanner) -> Expression:
    """Consume the span of bin(), for example 5m, and return the time of an event rounded down to it."""
    span = scanner.consume()
    if span.kind != "span":
        raise scanner.error("a span such as 5m within bin()")
    scanner.expect(")")
    digits = span.text.rstrip("abcdefghijklmnopqrstuvwxyz")
    length = int(digits) * MILLISECONDS[span.text[len(digits) :]]
    return lambda row: Timestamp(row["@timestamp"] - row["@timestamp"] % length)


def _either(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) or bool(right(row))


def _both(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) and bool(right(row))


def _negate(inner: Expression) -> Expression:
    return lambda row: not inner(row)


def _is_in(left: Expression, items: list[Expression]) -> Expression:
    return lambda row: any(_are_equal(left(row), item(row)) for item in items)


def _calculation(sign: str, left: Expression, right: Expression) -> Expression:
    return lambda row: _calculate(sign, left(row), right(row))


def _are_equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    numbers = to_number(left), to_number(right)
    return numbers[0] == numbers[1] if None not in numbers else format_value(left) == format_value(right)


def _compare(sign: str, left: Any, right: Any) -> bool:
    """Compare two values as numbers; false if one is not a number."""
    first, second = to_number(left), to_number(right)
    return first is not None and second is not None and COMPARISONS[sign](first, second)


def _calculate(sign: str, left: Any, right: Any) -> float | None:
    """Compute an arithmetic operation; None if a value is not a number or the divisor is 0."""
    first, second = to_number(left), to_number(right)
    if first is None or second is None or (second == 0 and sign in "/%"):
        return None
    return ARITHMETIC[sign](first, second)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ispresent": lambda value: value is not None,
    "isempty": lambda value: value in (None, ""),
    "isblank": lambda value: value is None or not str(value).strip(),
    "strlen": lambda value: len(str(value)),
    "toupper": lambda value: str(value).upper(),
    "tolower": lambda value: str(value).lower(),
    "strcontains": lambda value, part: str(part) in str(value),
    "abs": lambda value: abs(to_number(value) or 0.0),
    "coalesce": _coalesce,
    "concat": lambda *values: "".join(format_value(value) for value in values if value is not None),
    "tomillis": lambda value: None if value is None else int(value),
}
