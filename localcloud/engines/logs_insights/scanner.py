"""Splits a query into tokens: words, texts, numbers and operators."""

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
    """A query that cannot be parsed; the message has the position."""


@dataclass(frozen=True)
class Token:
    """A token; `kind` is text, quoted, number, span, word, sign or end."""

    kind: str
    text: str

    def is_any(self, *words: str) -> bool:
        """Check whether this token is one of the words or signs."""
        return self.kind in ("word", "sign") and self.text.lower() in words


class Scanner:
    """Reads a query from left to right.

    Attributes:
        token: The current token, which is not consumed yet.
        start: The position of the current token.
    """

    def __init__(self, query: str) -> None:
        self._query = query
        self._position = 0
        self.start = 0
        self.token = Token("end", "")
        self.consume()

    def consume(self) -> Token:
        """Return the current token and move to the next one."""
        consumed = self.token
        self.start = self._position = self._skip_space(self._position)
        match = TOKEN.match(self._query, self._position)
        if match:
            assert match.lastgroup
            self.token, self._position = Token(match.lastgroup, match[0]), match.end()
        elif self._position == len(self._query):
            self.token = Token("end", "")
        else:
            raise self.error("a valid token")
        return consumed

    def accept(self, *words: str) -> bool:
        """Consume the current token if it is one of the words; return whether it is."""
        accepted = self.token.is_any(*words)
        if accepted:
            self.consume()
        return accepted

    def expect(self, word: str) -> None:
        """Consume the current token, which must be the word.

        Raises:
            MalformedQueryError: It is another token.
        """
        if not self.accept(word):
            raise self.error(f"'{word}'")

    def accept_regex(self) -> re.Pattern[str] | None:
        """Consume and return the regular expression at the current position, or return None.

        Raises:
            MalformedQueryError: The regular expression is invalid.
        """
        match = REGEX.match(self._query, self.start)
        if match is None:
            return None
        try:
            pattern = re.compile(match[1], re.IGNORECASE if "i" in match[2] else 0)
        except re.error as error:
            raise MalformedQueryError(f"/{match[1]}/ is not a valid regular expression: {error}") from None
        self._position = match.end()
        self.consume()
        return pattern

    def error(self, expected: str) -> MalformedQueryError:
        """Create an error with the current position and the expected token."""
        rest = self._query[self.start :].split("\n")[0][:40]
        return MalformedQueryError(f"At character {self.start} the local cloud expects {expected}, but finds '{rest}'")

    def text_since(self, start: int) -> str:
        """Get the query's text from a position to the current token."""
        return self._query[start : self.start].strip()

    def _skip_space(self, position: int) -> int:
        match = SPACE.match(self._query, position)
        return match.end() if match else position
