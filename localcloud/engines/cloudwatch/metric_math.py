"""Metric math: arithmetic, comparisons and the functions that alarms are made of, over series of values by time.

"Using math expressions with CloudWatch metrics". A series has a value for some periods; an operation on two series
gives one for those that both have.
"""

import ast
import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Series = dict[int, float]
Value = Any  # a number, a Series, a list of Series or a text

OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.And: lambda left, right: left != 0 and right != 0, ast.Or: lambda left, right: left != 0 or right != 0,
}  # fmt: skip
ELSEWHERE = {"AND": " and ", "OR": " or ", "&&": " and ", "||": " or ", "^": "**"}
SPELLED = re.compile(r"\bAND\b|\bOR\b|&&|\|\||\^")
FILLINGS = {"REPEAT"}
ONE: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
MANY: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum, "MAX": max, "MIN": min, "AVG": lambda values: sum(values) / len(values),
}  # fmt: skip


class MetricMathError(Exception):
    """An expression that cannot be computed; the message says why."""


def referenced_ids(expression: str) -> set[str]:
    """The ids of other queries that an expression reads by name."""
    parsed = list(ast.walk(_parsed(expression)))
    called = {id(node.func) for node in parsed if isinstance(node, ast.Call)}
    read = {node.id for node in parsed if isinstance(node, ast.Name) and id(node) not in called}
    return read - FILLINGS


def evaluate(
    expression: str, series: Mapping[str, Series], metrics: list[str], period: int, times: list[int]
) -> Series:
    """The value of an expression in each of `times`.

    `series` has what each id stands for, `metrics` are the ids that METRICS() gives, `period` is in seconds.
    """
    value = _Computation(series, metrics, period, times).of(_parsed(expression).body)
    if isinstance(value, list):
        raise MetricMathError(f"{expression} gives several time series where one is expected")
    if isinstance(value, str):
        raise MetricMathError(f"{expression} gives a text where a time series is expected")
    return value if isinstance(value, dict) else dict.fromkeys(times, float(value))


def _parsed(expression: str) -> ast.Expression:
    try:
        return ast.parse(SPELLED.sub(lambda word: ELSEWHERE[word[0]], expression.strip()), mode="eval")
    except SyntaxError:
        raise MetricMathError(f"Error in expression '{expression}': it cannot be parsed") from None


class _Computation:
    def __init__(self, series: Mapping[str, Series], metrics: list[str], period: int, times: list[int]) -> None:
        self._series, self._metrics, self._period, self._times = series, metrics, period, times

    def of(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=value):
                return value if isinstance(value, str) else float(value)  # type: ignore[arg-type] # no other literals
            case ast.Name(id=name) if name in self._series:
                return self._series[name]
            case ast.Name(id=name) if name in FILLINGS:
                return name
            case ast.List(elts=items):
                return [self.of(item) for item in items]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _pairwise(operator.mul, -1.0, self.of(operand))
            case ast.BinOp(left=left, op=sign, right=right):
                return _pairwise(_operator(sign), self.of(left), self.of(right))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return _pairwise(_operator(sign), self.of(left), self.of(right))
            case ast.BoolOp(op=sign, values=[first, *rest]):
                value = self.of(first)
                for other in rest:
                    value = _pairwise(_operator(sign), value, self.of(other))
                return value
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, [self.of(argument) for argument in arguments])
        raise MetricMathError(f"'{ast.unparse(node)}' is not known to the local cloud's metric math")

    def _call(self, name: str, given: list[Value]) -> Value:
        match name, given:
            case "METRICS", _:
                return [self._series[key] for key in self._metrics if not given or given[0] in key]
            case "PERIOD", [_]:
                return float(self._period)
            case "FILL", [dict() as series, filling]:
                return self._filled(series, filling)
            case "FILL", [list() as many, filling]:
                return [self._filled(series, filling) for series in many]
            case "IF", [condition, then, *otherwise]:
                return self._chosen(condition, then, otherwise)
            case "RATE", [dict() as series]:
                return {at: change / seconds for at, (change, seconds) in _steps(series).items()}
            case "DIFF", [dict() as series]:
                return {at: change for at, (change, _) in _steps(series).items()}
            case _, [argument] if name in ONE:
                return _pairwise(lambda _, value: float(ONE[name](value)), 0.0, argument)
            case _, [list() as many] if name in MANY:
                times = sorted({at for series in many for at in series})
                return {at: MANY[name]([series[at] for series in many if at in series]) for at in times}
            case _, [dict() as series] if name in MANY:
                return MANY[name](list(series.values())) if series else {}
        raise MetricMathError(f"{name}() with these arguments is not known to the local cloud's metric math")

    def _filled(self, series: Series, filling: Value) -> Series:
        made, last = dict(series), None
        for at in self._times:
            last = made.get(at, last)
            value = filling.get(at) if isinstance(filling, dict) else last if filling == "REPEAT" else filling
            if at not in made and value is not None:
                made[at] = value
        return dict(sorted(made.items()))

    def _chosen(self, condition: Value, then: Value, otherwise: list[Value]) -> Series:
        chosen: Series = {}
        for at, true in (condition if isinstance(condition, dict) else dict.fromkeys(self._times, condition)).items():
            branch = then if true else otherwise[0] if otherwise else {}
            value = branch.get(at) if isinstance(branch, dict) else branch
            if value is not None:
                chosen[at] = float(value)
        return chosen


def _operator(sign: ast.AST) -> Callable[[float, float], float]:
    if type(sign) not in OPERATORS:
        raise MetricMathError(f"The operator {type(sign).__name__} is not known to the local cloud's metric math")
    return OPERATORS[type(sign)]


def _pairwise(function: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if isinstance(left, list) or isinstance(right, list):
        many, count = (left, len(left)) if isinstance(left, list) else (right, len(right))
        lefts, rights = (
            (left if left is many else [left] * count),
            (right if isinstance(right, list) else [right] * count),
        )
        return [_pairwise(function, one, other) for one, other in zip(lefts, rights, strict=True)]
    if not isinstance(left, dict) and not isinstance(right, dict):
        return float(function(left, right))
    times = [at for at in (left if isinstance(left, dict) else right) if not isinstance(right, dict) or at in right]
    made: Series = {}
    for at in times:
        one, other = (value[at] if isinstance(value, dict) else value for value in (left, right))
        try:
            made[at] = float(function(one, other))
        except (ZeroDivisionError, OverflowError):
            continue  # "division by zero": no data point
    return made


def _steps(series: Series) -> dict[int, tuple[float, int]]:
    """The change of a series from each point to the next, and the seconds between them."""
    times = sorted(series)
    return {after: (series[after] - series[before], after - before)
            for before, after in itertools.pairwise(times)}  # fmt: skip
