"""Expressions of a query: fields, comparisons, arithmetic and functions ("Supported operations and functions")."""

import re
from collections.abc import Callable
from typing import Any

from localcloud.engines.logs_insights.fields import Moment, Row, shown
from localcloud.engines.logs_insights.functions import COMPARISONS, FUNCTIONS, compare, compute, equal
from localcloud.engines.logs_insights.scanner import Scanner

Expression = Callable[[Row], Any]
UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def parse(scanner: Scanner) -> Expression:
    """The expression that is next."""
    left = _all(scanner)
    while scanner.taken("or"):
        left = _either(left, _all(scanner))
    return left


def _all(scanner: Scanner) -> Expression:
    left = _negated(scanner)
    while scanner.taken("and"):
        left = _both(left, _negated(scanner))
    return left


def _either(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) or bool(right(row))


def _both(left: Expression, right: Expression) -> Expression:
    return lambda row: bool(left(row)) and bool(right(row))


def _not(inner: Expression) -> Expression:
    return lambda row: not inner(row)


def _negated(scanner: Scanner) -> Expression:
    if scanner.taken("not"):
        return _not(_negated(scanner))
    return _compared(scanner)


def _compared(scanner: Scanner) -> Expression:
    left = _sum(scanner)
    negated = scanner.taken("not")
    if scanner.taken("like", "=~"):
        found = _like(left, scanner)
    elif scanner.taken("in"):
        found = _in(left, _listed(scanner))
    elif negated:
        raise scanner.wrong("'like' or 'in'")
    else:
        return _ordered(left, scanner)
    return _not(found) if negated else found


def _ordered(left: Expression, scanner: Scanner) -> Expression:
    sign = scanner.token.text
    if not scanner.taken("=", "!=", *COMPARISONS):
        return left
    right = _sum(scanner)
    if sign == "=":
        return lambda row: equal(left(row), right(row))
    if sign == "!=":
        return lambda row: not equal(left(row), right(row))
    return lambda row: compare(sign, left(row), right(row))


def _like(left: Expression, scanner: Scanner) -> Expression:
    pattern = scanner.regex()
    if pattern is None:
        if scanner.token.kind != "text":
            raise scanner.wrong("a text or a /regular expression/")
        pattern = re.compile(re.escape(_unquoted(scanner.take().text)))
    return lambda row: (value := left(row)) is not None and pattern.search(shown(value)) is not None


def _listed(scanner: Scanner) -> list[Expression]:
    scanner.need("[")
    listed = [_sum(scanner)]
    while scanner.taken(","):
        listed.append(_sum(scanner))
    scanner.need("]")
    return listed


def _in(left: Expression, listed: list[Expression]) -> Expression:
    return lambda row: any(equal(left(row), item(row)) for item in listed)


def _sum(scanner: Scanner) -> Expression:
    return _chain(scanner, _product, "+", "-")


def _product(scanner: Scanner) -> Expression:
    return _chain(scanner, _primary, "*", "/", "%")


def _chain(scanner: Scanner, part: Callable[[Scanner], Expression], *signs: str) -> Expression:
    left = part(scanner)
    while scanner.token.says(*signs):
        left = _computed(scanner.take().text, left, part(scanner))
    return left


def _computed(sign: str, left: Expression, right: Expression) -> Expression:
    return lambda row: compute(sign, left(row), right(row))


def _primary(scanner: Scanner) -> Expression:
    if scanner.taken("("):
        inner = parse(scanner)
        scanner.need(")")
        return inner
    if scanner.taken("-"):
        return _computed("-", lambda _: 0.0, _primary(scanner))
    token = scanner.take()
    if token.kind == "number":
        value = float(token.text)
        return lambda _: value
    if token.kind == "text":
        text = _unquoted(token.text)
        return lambda _: text
    if token.kind == "word" and scanner.token.says("("):
        return _call(token.text, scanner)
    if token.kind in ("word", "quoted"):
        name = token.text.strip("`")
        return lambda row: row.get(name)
    raise scanner.wrong("a field, a number or a text")


def _call(name: str, scanner: Scanner) -> Expression:
    function = FUNCTIONS.get(name.lower())
    if function is None and name.lower() != "bin":
        raise scanner.wrong(f"another function than {name}, which it does not know")
    scanner.need("(")
    if function is None:
        return _binned(scanner)
    arguments = [] if scanner.token.says(")") else [_sum(scanner)]
    while scanner.taken(","):
        arguments.append(_sum(scanner))
    scanner.need(")")
    return lambda row: function(*(argument(row) for argument in arguments))


def _binned(scanner: Scanner) -> Expression:
    """The time of an event rounded down to a span such as 5m."""
    span = scanner.take()
    if span.kind != "span":
        raise scanner.wrong("a span such as 5m within bin()")
    scanner.need(")")
    digits = span.text.rstrip("abcdefghijklmnopqrstuvwxyz")
    length = int(digits) * UNITS[span.text[len(digits) :]]
    return lambda row: Moment(row["@timestamp"] - row["@timestamp"] % length)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
