"""Metric math over time series (CloudWatch User Guide, "Using math expressions with CloudWatch metrics").

Supports arithmetic, comparisons and the functions that alarms commonly use. A time series has values for some periods;
an operation on two series has values for the periods that both have.
"""

import ast
import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Series = dict[int, float]  # values by the start of the period, in seconds since the epoch
Value = Any  # a number, a Series, a list of Series or a text

OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.And: lambda left, right: left != 0 and right != 0, ast.Or: lambda left, right: left != 0 or right != 0,
}  # fmt: skip
PYTHON_OPERATORS = {"AND": " and ", "OR": " or ", "&&": " and ", "||": " or ", "^": "**"}
FOREIGN_OPERATOR = re.compile(r"\bAND\b|\bOR\b|&&|\|\||\^")
KEYWORDS = {"REPEAT"}
UNARY_FUNCTIONS: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum, "MAX": max, "MIN": min, "AVG": lambda values: sum(values) / len(values),
}  # fmt: skip


class MetricMathError(Exception):
    """An expression that cannot be computed; the message says why."""


def referenced_ids(expression: str) -> set[str]:
    """Find the ids of the queries that an expression names."""
    nodes = list(ast.walk(_parse(expression)))
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in functions} - KEYWORDS


def evaluate(
    expression: str, series: Mapping[str, Series], metrics: list[str], period: int, times: list[int]
) -> Series:
    """Evaluate an expression.

    Args:
        expression: The expression.
        series: The time series of each id that the expression uses.
        metrics: The ids that METRICS() returns.
        period: The period in seconds.
        times: The starts of the periods, in seconds since the epoch.

    Raises:
        MetricMathError: The expression is invalid or not supported.
    """
    value = _Evaluation(series, metrics, period, times).evaluate(_parse(expression).body)
    if isinstance(value, list):
        raise MetricMathError(f"{expression} returns several time series where one is expected")
    if isinstance(value, str):
        raise MetricMathError(f"{expression} returns a text where a time series is expected")
    return value if isinstance(value, dict) else dict.fromkeys(times, float(value))


def _parse(expression: str) -> ast.Expression:
    try:
        python = FOREIGN_OPERATOR.sub(lambda match: PYTHON_OPERATORS[match[0]], expression.strip())
        return ast.parse(python, mode="eval")
    except SyntaxError:
        raise MetricMathError(f"Error in expression '{expression}': it cannot be parsed") from None


class _Evaluation:
    def __init__(self, series: Mapping[str, Series], metrics: list[str], period: int, times: list[int]) -> None:
        self._series, self._metrics, self._period, self._times = series, metrics, period, times

    def evaluate(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=value):
                return value if isinstance(value, str) else float(value)  # type: ignore[arg-type] # no other literals
            case ast.Name(id=name) if name in self._series:
                return self._series[name]
            case ast.Name(id=name) if name in KEYWORDS:
                return name
            case ast.List(elts=items):
                return [self.evaluate(item) for item in items]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _combine(operator.mul, -1.0, self.evaluate(operand))
            case ast.BinOp(left=left, op=sign, right=right):
                return _combine(_get_operator(sign), self.evaluate(left), self.evaluate(right))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return _combine(_get_operator(sign), self.evaluate(left), self.evaluate(right))
            case ast.BoolOp(op=sign, values=[first, *rest]):
                value = self.evaluate(first)
                for other in rest:
                    value = _combine(_get_operator(sign), value, self.evaluate(other))
                return value
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, [self.evaluate(argument) for argument in arguments])
        raise MetricMathError(f"'{ast.unparse(node)}' is not supported by the local cloud's metric math")

    def _call(self, name: str, arguments: list[Value]) -> Value:
        match name, arguments:
            case "METRICS", _:
                return [self._series[key] for key in self._metrics if not arguments or arguments[0] in key]
            case "PERIOD", [_]:
                return float(self._period)
            case "FILL", [dict() as series, filling]:
                return self._fill(series, filling)
            case "FILL", [list() as several, filling]:
                return [self._fill(series, filling) for series in several]
            case "IF", [condition, then, *otherwise]:
                return self._choose(condition, then, otherwise)
            case "RATE", [dict() as series]:
                return {at: change / seconds for at, (change, seconds) in _compute_changes(series).items()}
            case "DIFF", [dict() as series]:
                return {at: change for at, (change, _) in _compute_changes(series).items()}
            case _, [argument] if name in UNARY_FUNCTIONS:
                return _combine(lambda _, value: float(UNARY_FUNCTIONS[name](value)), 0.0, argument)
            case _, [list() as several] if name in AGGREGATES:
                times = sorted({at for series in several for at in series})
                return {at: AGGREGATES[name]([series[at] for series in several if at in series]) for at in times}
            case _, [dict() as series] if name in AGGREGATES:
                return AGGREGATES[name](list(series.values())) if series else {}
        raise MetricMathError(f"{name}() with these arguments is not supported by the local cloud's metric math")

    def _fill(self, series: Series, filling: Value) -> Series:
        filled, last = dict(series), None
        for at in self._times:
            last = filled.get(at, last)
            value = filling.get(at) if isinstance(filling, dict) else last if filling == "REPEAT" else filling
            if at not in filled and value is not None:
                filled[at] = value
        return dict(sorted(filled.items()))

    def _choose(self, condition: Value, then: Value, otherwise: list[Value]) -> Series:
        chosen: Series = {}
        for at, true in (condition if isinstance(condition, dict) else dict.fromkeys(self._times, condition)).items():
            branch = then if true else otherwise[0] if otherwise else {}
            value = branch.get(at) if isinstance(branch, dict) else branch
            if value is not None:
                chosen[at] = float(value)
        return chosen


def _get_operator(sign: ast.AST) -> Callable[[float, float], float]:
    if type(sign) not in OPERATORS:
        raise MetricMathError(f"The operator {type(sign).__name__} is not supported by the local cloud's metric math")
    return OPERATORS[type(sign)]


def _combine(function: Callable[[float, float], float], left: Value, right: Value) -> Value:
    """Apply a function to numbers, to series period by period, and to lists of series element by element."""
    if isinstance(left, list) or isinstance(right, list):
        count = len(left) if isinstance(left, list) else len(right)
        lefts, rights = (value if isinstance(value, list) else [value] * count for value in (left, right))
        return [_combine(function, first, second) for first, second in zip(lefts, rights, strict=True)]
    if not isinstance(left, dict) and not isinstance(right, dict):
        return float(function(left, right))
    times = [at for at in (left if isinstance(left, dict) else right) if not isinstance(right, dict) or at in right]
    combined: Series = {}
    for at in times:
        first, second = (value[at] if isinstance(value, dict) else value for value in (left, right))
        try:
            combined[at] = float(function(first, second))
        except (ZeroDivisionError, OverflowError):
            continue  # a division by zero has no data point
    return combined


def _compute_changes(series: Series) -> dict[int, tuple[float, int]]:
    """Return the change of a series from each point to the next, and the seconds between them."""
    times = sorted(series)
    return {after: (series[after] - series[before], after - before)
            for before, after in itertools.pairwise(times)}  # fmt: skip
