"""A query: commands joined by `|` that make rows of rows ("CloudWatch Logs Insights language query syntax")."""

from collections.abc import Callable
from typing import Any

from localcloud.engines.logs_insights import aggregates
from localcloud.engines.logs_insights.expressions import Expression, parse
from localcloud.engines.logs_insights.fields import Moment, Row, shown
from localcloud.engines.logs_insights.functions import number
from localcloud.engines.logs_insights.scanner import MalformedQueryError, Scanner

Command = Callable[[list[Row]], list[Row]]
LIMIT = 10_000
DEFAULT_FIELDS = ("@timestamp", "@message")


class Query:
    """A query that can be run; MalformedQueryError when it cannot be understood."""

    def __init__(self, text: str) -> None:
        self._scanner = Scanner(text)
        self._fields: list[str] = []
        self._shown: list[str] | None = None
        self._grouped = self._sorted = False
        self._commands: list[Command] = [self._command()]
        while self._scanner.taken("|"):
            self._commands.append(self._command())
        if self._scanner.token.kind != "end":
            raise self._scanner.wrong("'|' or the end")

    def run(self, rows: list[Row], limit: int = LIMIT) -> tuple[list[list[tuple[str, str]]], int]:
        """The result's rows, each its fields' names and values in order, and how many events were matched."""
        if not self._sorted and not self._grouped:
            rows = sorted(rows, key=lambda row: float(row["@timestamp"]), reverse=True)
        matched = len(rows)
        for command in self._commands:
            rows = command(rows)
            if not self._grouped:
                matched = len(rows)
        names = self._shown or self._fields or list(DEFAULT_FIELDS)
        told = [[(name, shown(row[name])) for name in names if row.get(name) is not None] for row in rows[:limit]]
        return told, matched

    def _command(self) -> Command:
        name = self._scanner.take().text.lower()
        commands = {"fields": self._of_fields, "display": self._of_display, "filter": self._of_filter,
                    "stats": self._of_stats, "sort": self._of_sort, "limit": self._of_limit}  # fmt: skip
        if name not in commands:
            raise MalformedQueryError(f"The local cloud knows the commands {', '.join(commands)}, but not '{name}'")
        return commands[name]()

    def _named(self, read: Callable[[Scanner], Any]) -> tuple[str, Any]:
        """An expression or an aggregate, and its name: what follows `as`, or its own text."""
        start = self._scanner.start
        found = read(self._scanner)
        name = self._scanner.since(start).strip("`")
        return (self._scanner.take().text.strip("`") if self._scanner.taken("as") else name), found

    def _list(self, read: Callable[[Scanner], Any]) -> list[tuple[str, Any]]:
        listed = [self._named(read)]
        while self._scanner.taken(","):
            listed.append(self._named(read))
        return listed

    def _of_fields(self) -> Command:
        listed: list[tuple[str, Expression]] = self._list(parse)
        self._fields += [name for name, _ in listed]
        return lambda rows: [{**row, **{name: of(row) for name, of in listed}} for row in rows]

    def _of_display(self) -> Command:
        listed: list[tuple[str, Expression]] = self._list(parse)
        self._shown = [name for name, _ in listed]
        return lambda rows: [{**row, **{name: of(row) for name, of in listed}} for row in rows]

    def _of_filter(self) -> Command:
        wanted = parse(self._scanner)
        return lambda rows: [row for row in rows if wanted(row)]

    def _of_stats(self) -> Command:
        computed: list[tuple[str, aggregates.Aggregate]] = self._list(aggregates.parse_call)
        by: list[tuple[str, Expression]] = self._list(parse) if self._scanner.taken("by") else []
        self._grouped, self._shown = True, [name for name, _ in (*by, *computed)]

        def grouped(rows: list[Row]) -> list[Row]:
            groups: dict[tuple[str | None, ...], tuple[Row, list[Row]]] = {}
            for row in rows:
                values = {name: of(row) for name, of in by}
                key = tuple(None if value is None else shown(value) for value in values.values())
                groups.setdefault(key, (values, []))[1].append(row)
            if not by and not rows:
                return []
            return [{**values, **{name: of(members) for name, of in computed}} for values, members in groups.values()]

        return grouped

    def _of_sort(self) -> Command:
        self._sorted = True
        orders = [self._order()]
        while self._scanner.taken(","):
            orders.append(self._order())

        def ordered(rows: list[Row]) -> list[Row]:
            for of, descending in reversed(orders):
                there = [row for row in rows if of(row) is not None]
                absent = [row for row in rows if of(row) is None]
                there.sort(key=_by(of), reverse=descending)
                rows = there + absent
            return rows

        return ordered

    def _order(self) -> tuple[Expression, bool]:
        of = self._sort_key()
        descending = self._scanner.taken("desc")
        if not descending:
            self._scanner.taken("asc")
        return of, descending

    def _sort_key(self) -> Expression:
        """An expression, or a column that stats made under the very text of its aggregate."""
        token, start = self._scanner.token, self._scanner.start
        if token.kind == "word" and self._grouped and token.text not in (self._shown or []):
            aggregates.parse_call(self._scanner)
            name = self._scanner.since(start)
            return lambda row: row.get(name)
        return parse(self._scanner)

    def _of_limit(self) -> Command:
        token = self._scanner.take()
        if token.kind != "number":
            raise MalformedQueryError(f"limit takes a number, but there is '{token.text}'")
        return lambda rows: rows[: int(token.text)]


def _by(of: Expression) -> Callable[[Row], tuple[int, float, str]]:
    return lambda row: _rank(of(row))


def _rank(value: Any) -> tuple[int, float, str]:
    """Numbers before texts."""
    found = float(value) if isinstance(value, Moment) else number(value)
    return (0, found, "") if found is not None else (1, 0.0, str(value))
