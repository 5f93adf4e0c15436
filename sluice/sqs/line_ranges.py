"""Ranges of line numbers as users type them: 7,12-40,100- for line 7, lines 12 to 40, and all lines from 100."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LAST = 2**63  # larger than any file
_RANGE = re.compile(r"(\d+)(-)?(\d+)?")


class LineRangesError(ValueError):
    """The text does not hold line ranges; the message says how to write them."""


@dataclass(frozen=True)
class LineRanges:
    """A set of lines, as pairs of the first and the last line; a last line of None means the end of the file."""

    pairs: tuple[tuple[int, int | None], ...]

    @classmethod
    def parse(cls, text: str) -> "LineRanges":
        """Return the lines that a text such as 7,12-40,100- names.

        Raises:
            LineRangesError: If the text is malformed, or names line 0.
        """
        matches = [_RANGE.fullmatch(part.strip()) for part in text.split(",")]
        pairs = []
        for match in matches:
            if match is None or (match[3] and not match[2]) or int(match[1]) < 1:
                raise LineRangesError(
                    f'Invalid line numbers "{text}": use numbers and ranges from 1, for example 7,12-40,100-.'
                )
            pairs.append((int(match[1]), int(match[3]) if match[3] else None if match[2] else int(match[1])))
        return cls(tuple(pairs))

    @classmethod
    def from_numbers(cls, numbers: Iterable[int], onwards: int | None = None) -> "LineRanges":
        """Return the ranges of single line numbers.

        Args:
            numbers: The line numbers, in ascending order.
            onwards: The line from which all lines are included; None for no open range.
        """
        pairs: list[tuple[int, int | None]] = []
        for number in numbers:
            if pairs and pairs[-1][1] == number - 1:
                pairs[-1] = (pairs[-1][0], number)
            else:
                pairs.append((number, number))
        if onwards is not None:
            first = pairs.pop()[0] if pairs and pairs[-1][1] == onwards - 1 else onwards
            pairs.append((first, None))
        return cls(tuple(pairs))

    def __and__(self, other: "LineRanges") -> "LineRanges":
        """Return the lines that are in both."""
        both = ((max(a, c), min(b or _LAST, d or _LAST)) for a, b in self.pairs for c, d in other.pairs)
        return LineRanges(tuple((first, None if last == _LAST else last) for first, last in both if first <= last))

    def __contains__(self, number: int) -> bool:
        return any(first <= number and (last is None or number <= last) for first, last in self.pairs)

    def __str__(self) -> str:
        return ",".join(
            f"{first}" if first == last else f"{first}-{'' if last is None else last}" for first, last in self.pairs
        )


ALL_LINES = LineRanges(((1, None),))
