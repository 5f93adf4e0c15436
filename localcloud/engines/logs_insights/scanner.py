"""Splits a query into words, texts, numbers and signs, as its parser asks for them."""

import re
from dataclasses import dataclass

SPACE = re.compile(r"(?:\s+|#[^\n]*)*")
TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<quoted>`[^`]+`)|(?P<number>\d+(?:\.\d+)?(?![\w.]))
    |(?P<span>\d+(?:ms|s|m|h|d|w)\b)|(?P<word>[@A-Za-z_][\w.@]*)|(?P<sign>=~|!=|<=|>=|[=<>()\[\],|+*/%-])""",
    re.VERBOSE,
)
REGEX = re.compile(r"/((?:\\.|[^/\\])*)/([a-z]*)")


class MalformedQueryError(Exception):
    """A query that cannot be understood; the message says where."""


@dataclass(frozen=True)
class Token:
    """`kind` is text, quoted, number, span, word, sign or end."""

    kind: str
    text: str

    def says(self, *words: str) -> bool:
        return self.kind in ("word", "sign") and self.text.lower() in words


class Scanner:
    """Reads a query from its beginning to its end; `token` is what comes next."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0
        self.token = Token("end", "")
        self.take()

    def take(self) -> Token:
        """The token that was next, which is done with."""
        taken = self.token
        self._start = self._at = self._after_space(self._at)
        found = TOKEN.match(self._query, self._at)
        if found:
            assert found.lastgroup
            self.token, self._at = Token(found.lastgroup, found[0]), found.end()
        elif self._at == len(self._query):
            self.token = Token("end", "")
        else:
            raise self.wrong("something that can be read")
        return taken

    def taken(self, *words: str) -> bool:
        """Whether one of some words is next; it is then done with."""
        there = self.token.says(*words)
        if there:
            self.take()
        return there

    def need(self, word: str) -> None:
        if not self.taken(word):
            raise self.wrong(f"'{word}'")

    def regex(self) -> re.Pattern[str] | None:
        """The regular expression that is next, or None."""
        found = REGEX.match(self._query, self._start)
        if found is None:
            return None
        try:
            pattern = re.compile(found[1], re.IGNORECASE if "i" in found[2] else 0)
        except re.error as error:
            raise MalformedQueryError(f"/{found[1]}/ is no regular expression: {error}") from None
        self._at = found.end()
        self.take()
        return pattern

    def wrong(self, wanted: str) -> MalformedQueryError:
        rest = self._query[self._start :].split("\n")[0][:40]
        return MalformedQueryError(
            f"At character {self._start} the local cloud expects {wanted}, but there is '{rest}'"
        )

    def since(self, start: int) -> str:
        return self._query[start : self._start].strip()

    @property
    def start(self) -> int:
        return self._start

    def _after_space(self, at: int) -> int:
        found = SPACE.match(self._query, at)
        return found.end() if found else at
