"""Aggregate functions of `stats`, which compute one value from many rows."""

import statistics
from collections.abc import Callable
from typing import Any

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.logs_insights.expressions import Expression, parse_expression, to_number
from localcloud.engines.logs_insights.fields import Row, format_value
from localcloud.engines.logs_insights.scanner import Scanner

Aggregate = Callable[[list[Row]], Any]

NUMERIC: dict[str, Callable[[list[float]], float]] = {
    "sum": sum, "avg": statistics.fmean, "min": min, "max": max, "median": statistics.median,
    "stddev": statistics.pstdev,
}  # fmt: skip


def parse_aggregate(scanner: Scanner) -> Aggregate:
    """Consume an aggregate, for example count(*) or pct(seconds, 99), and return a function that computes it.

    Raises:
        MalformedQueryError: The aggregate is invalid or not supported.
    """
    name = scanner.consume().text.lower()
    scanner.expect("(")
    if name == "count" and (scanner.token.is_any(")") or scanner.accept("*")):
        scanner.expect(")")
        return len
    operand = parse_expression(scanner)
    if name == "pct":
        scanner.expect(",")
        percent = float(scanner.consume().text)
        scanner.expect(")")
        return lambda rows: _compute_percentile(_get_numbers(rows, operand), percent)
    scanner.expect(")")
    return _create_aggregate(name, operand, scanner)


def _create_aggregate(name: str, operand: Expression, scanner: Scanner) -> Aggregate:
    if name == "count":
        return lambda rows: len(_get_values(rows, operand))
    if name == "count_distinct":
        return lambda rows: len({format_value(value) for value in _get_values(rows, operand)})
    if name in ("earliest", "latest"):
        select = min if name == "earliest" else max
        return lambda rows: operand(select(rows, key=lambda row: float(row["@timestamp"])))
    if name in NUMERIC:
        return lambda rows: NUMERIC[name](numbers) if (numbers := _get_numbers(rows, operand)) else None
    raise scanner.error(f"another aggregate than {name}, which is not supported")


def _get_values(rows: list[Row], operand: Expression) -> list[Any]:
    return [value for row in rows if (value := operand(row)) is not None]


def _get_numbers(rows: list[Row], operand: Expression) -> list[float]:
    return [number for value in _get_values(rows, operand) if (number := to_number(value)) is not None]


def _compute_percentile(numbers: list[float], percent: float) -> float | None:
    offset = min(numbers, default=0.0)  # a distribution with negative values has no percentiles
    samples = Distribution.merge(Distribution.from_counts({value - offset: 1.0}) for value in numbers)
    percentile = samples.compute_statistic(f"p{percent}")
    return None if percentile is None else percentile + offset
