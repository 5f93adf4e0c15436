"""Aggregates of `stats`: one value of many rows."""

import statistics
from collections.abc import Callable
from typing import Any

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.logs_insights.expressions import Expression, parse
from localcloud.engines.logs_insights.fields import Row, shown
from localcloud.engines.logs_insights.functions import number
from localcloud.engines.logs_insights.scanner import Scanner

Aggregate = Callable[[list[Row]], Any]

NUMERIC: dict[str, Callable[[list[float]], float]] = {
    "sum": sum, "avg": statistics.fmean, "min": min, "max": max, "median": statistics.median,
    "stddev": statistics.pstdev,
}  # fmt: skip


def parse_call(scanner: Scanner) -> Aggregate:
    """The aggregate that is next, such as count(*) or pct(seconds, 99)."""
    name = scanner.take().text.lower()
    scanner.need("(")
    if name == "count" and (scanner.token.says(")") or scanner.taken("*")):
        scanner.need(")")
        return len
    of = parse(scanner)
    if name == "pct":
        scanner.need(",")
        percent = float(scanner.take().text)
        scanner.need(")")
        return lambda rows: _percentile(_numbers(rows, of), percent)
    scanner.need(")")
    return _aggregate(name, of, scanner)


def _aggregate(name: str, of: Expression, scanner: Scanner) -> Aggregate:
    if name == "count":
        return lambda rows: len(_values(rows, of))
    if name == "count_distinct":
        return lambda rows: len({shown(value) for value in _values(rows, of)})
    if name in ("earliest", "latest"):
        chosen = min if name == "earliest" else max
        return lambda rows: of(chosen(rows, key=lambda row: float(row["@timestamp"])))
    if name in NUMERIC:
        return lambda rows: NUMERIC[name](numbers) if (numbers := _numbers(rows, of)) else None
    raise scanner.wrong(f"another aggregate than {name}, which it does not know")


def _values(rows: list[Row], of: Expression) -> list[Any]:
    return [value for row in rows if (value := of(row)) is not None]


def _numbers(rows: list[Row], of: Expression) -> list[float]:
    return [found for value in _values(rows, of) if (found := number(value)) is not None]


def _percentile(numbers: list[float], percent: float) -> float | None:
    shifted = min(numbers, default=0.0)  # a distribution has percentiles of what is not negative only
    samples = Distribution.merge(Distribution.from_counts({value - shifted: 1.0}) for value in numbers)
    found = samples.compute_statistic(f"p{percent}")
    return None if found is None else found + shifted
