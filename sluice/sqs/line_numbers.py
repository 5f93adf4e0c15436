"""Numbers of lines as people write them: 7,12-40,100- for the seventh, the twelfth to fortieth, and all from 100 on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LAST = 2**63  # no file has so many
_SPAN = re.compile(r"(\d+)(-)?(\d+)?")


class SpansError(ValueError):
    """What was written names no lines; the message is a sentence."""


@dataclass(frozen=True)
class Spans:
    """Lines, as pairs of the first and the last; None: to the end."""

    pairs: tuple[tuple[int, int | None], ...]

    @classmethod
    def read(cls, written: str) -> "Spans":
        """From text. Raises SpansError."""
        matches = [_SPAN.fullmatch(part.strip()) for part in written.split(",")]
        pairs = []
        for match in matches:
            if match is None or (match[3] and not match[2]) or int(match[1]) < 1:
                raise SpansError(f"{written!r} names no lines: write such as 7,12-40,100- (lines count from 1).")
            pairs.append((int(match[1]), int(match[3]) if match[3] else None if match[2] else int(match[1])))
        return cls(tuple(pairs))

    @classmethod
    def of(cls, numbers: Iterable[int], onwards: int | None = None) -> "Spans":
        """Of single numbers in rising order, and all from `onwards` on."""
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

    def __and__(self, other: "Spans") -> "Spans":
        """The lines that both name."""
        both = ((max(a, c), min(b or _LAST, d or _LAST)) for a, b in self.pairs for c, d in other.pairs)
        return Spans(tuple((first, None if last == _LAST else last) for first, last in both if first <= last))

    def __contains__(self, number: int) -> bool:
        return any(first <= number and (last is None or number <= last) for first, last in self.pairs)

    def __str__(self) -> str:
        return ",".join(
            f"{first}" if first == last else f"{first}-{'' if last is None else last}" for first, last in self.pairs
        )


ALL = Spans(((1, None),))
