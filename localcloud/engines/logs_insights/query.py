"""Parses and runs queries: commands joined by `|` ("CloudWatch Logs Insights language query syntax")."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.logs_insights.aggregates import Aggregate, parse_aggregate
from localcloud.engines.logs_insights.expressions import Expression, parse_expression, to_number
from localcloud.engines.logs_insights.fields import Row, Timestamp, format_value
from localcloud.engines.logs_insights.scanner import MalformedQueryError, Scanner

Command = Callable[[list[Row]], list[Row]]
DEFAULT_LIMIT = 10_000
DEFAULT_FIELDS = ("@timestamp", "@message")


class Query:
    """A parsed query.

    Args:
        text: The query.

    Raises:
        MalformedQueryError: The query is invalid or not supported.
    """

    def __init__(self, text: str) -> None:
        self._scanner = Scanner(text)
        self._fields: list[str] = []
        self._columns: list[str] | None = None
        self._grouped = self._sorted = False
        self._commands: list[Command] = [self._parse_command()]
        while self._scanner.accept("|"):
            self._commands.append(self._parse_command())
        if self._scanner.token.kind != "end":
            raise self._scanner.error("'|' or the end")

    def run(self, rows: list[Row], limit: int = DEFAULT_LIMIT) -> tuple[list[list[tuple[str, str]]], int]:
        """Run the query.

        Args:
            rows: The fields of the log events.
            limit: The maximum number of rows in the result.

        Returns:
            The rows of the result, each a list of names and values, and the number of events that matched.
        """
        if not self._sorted and not self._grouped:
            rows = sorted(rows, key=lambda row: float(row["@timestamp"]), reverse=True)
        matched = len(rows)
        for command in self._commands:
            rows = command(rows)
            if not self._grouped:
                matched = len(rows)
        names = self._columns or self._fields or list(DEFAULT_FIELDS)
        result = [[(name, format_value(row[name])) for name in names if row.get(name) is not None]
                  for row in rows[:limit]]  # fmt: skip
        return result, matched

    def _parse_command(self) -> Command:
        name = self._scanner.consume().text.lower()
        commands = {"fields": self._parse_fields, "display": self._parse_display, "filter": self._parse_filter,
                    "stats": self._parse_stats, "sort": self._parse_sort, "limit": self._parse_limit}  # fmt: skip
        if name not in commands:
            raise MalformedQueryError(f"The local cloud supports the commands {', '.join(commands)}, but not '{name}'")
        return commands[name]()

    def _parse_named(self, parse: Callable[[Scanner], Any]) -> tuple[str, Any]:
        """Consume an expression or aggregate; return its name, from `as` or its own text, and its function."""
        start = self._scanner.start
        function = parse(self._scanner)
        name = self._scanner.text_since(start).strip("`")
        return (self._scanner.consume().text.strip("`") if self._scanner.accept("as") else name), function

    def _parse_list(self, parse: Callable[[Scanner], Any]) -> list[tuple[str, Any]]:
        items = [self._parse_named(parse)]
        while self._scanner.accept(","):
            items.append(self._parse_named(parse))
        return items

    def _parse_fields(self) -> Command:
        fields: list[tuple[str, Expression]] = self._parse_list(parse_expression)
        self._fields += [name for name, _ in fields]
        return lambda rows: [{**row, **{name: compute(row) for name, compute in fields}} for row in rows]

    def _parse_display(self) -> Command:
        fields: list[tuple[str, Expression]] = self._parse_list(parse_expression)
        self._columns = [name for name, _ in fields]
        return lambda rows: [{**row, **{name: compute(row) for name, compute in fields}} for row in rows]

    def _parse_filter(self) -> Command:
        condition = parse_expression(self._scanner)
        return lambda rows: [row for row in rows if condition(row)]

    def _parse_stats(self) -> Command:
        aggregates: list[tuple[str, Aggregate]] = self._parse_list(parse_aggregate)
        keys: list[tuple[str, Expression]] = self._parse_list(parse_expression) if self._scanner.accept("by") else []
        self._grouped, self._columns = True, [name for name, _ in (*keys, *aggregates)]

        def group(rows: list[Row]) -> list[Row]:
            groups: dict[tuple[str | None, ...], tuple[Row, list[Row]]] = {}
            for row in rows:
                values = {name: compute(row) for name, compute in keys}
                key = tuple(None if value is None else format_value(value) for value in values.values())
                groups.setdefault(key, (values, []))[1].append(row)
            if not keys and not rows:
                return []
            return [{**values, **{name: compute(members) for name, compute in aggregates}}
                    for values, members in groups.values()]  # fmt: skip

        return group

    def _parse_sort(self) -> Command:
        self._sorted = True
        orders = [self._parse_order()]
        while self._scanner.accept(","):
            orders.append(self._parse_order())

        def sort(rows: list[Row]) -> list[Row]:
            for compute, descending in reversed(orders):
                present = [row for row in rows if compute(row) is not None]
                absent = [row for row in rows if compute(row) is None]
                present.sort(key=_create_sort_key(compute), reverse=descending)
                rows = present + absent
            return rows

        return sort

    def _parse_order(self) -> tuple[Expression, bool]:
        compute = self._parse_sort_expression()
        descending = self._scanner.accept("desc")
        if not descending:
            self._scanner.accept("asc")
        return compute, descending

    def _parse_sort_expression(self) -> Expression:
        """Consume an expression, or the text of an aggregate that is a column of stats."""
        token, start = self._scanner.token, self._scanner.start
        if token.kind == "word" and self._grouped and token.text not in (self._columns or []):
            parse_aggregate(self._scanner)
            name = self._scanner.text_since(start)
            return lambda row: row.get(name)
        return parse_expression(self._scanner)

    def _parse_limit(self) -> Command:
        token = self._scanner.consume()
        if token.kind != "number":
            raise MalformedQueryError(f"limit needs a number, but finds '{token.text}'")
        return lambda rows: rows[: int(token.text)]


def _create_sort_key(compute: Expression) -> Callable[[Row], tuple[int, float, str]]:
    return lambda row: _rank(compute(row))


def _rank(value: Any) -> tuple[int, float, str]:
    """Create a sort key that puts numbers before texts."""
    number = float(value) if isinstance(value, Timestamp) else to_number(value)
    return (0, number, "") if number is not None else (1, 0.0, str(value))
