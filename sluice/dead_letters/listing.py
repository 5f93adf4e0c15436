"""The dead letters that are wanted, each with its fate."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import Any

from sluice.dead_letters.letter import Letter
from sluice.dead_letters.logs import Fate, fates
from sluice.dead_letters.reading import Reading
from sluice.dead_letters.wanted import Wanted


@dataclass(frozen=True)
class Listed:
    """A letter and why it died."""

    letter: Letter
    fate: Fate


@dataclass(frozen=True)
class Listing:
    """The oldest first. `doubts`: why some may be missing; `cut`: how many were left out for the limit."""

    letters: Sequence[Listed]
    doubts: Sequence[str]
    cut: int = 0


def listing(sqs: Any, logs: Any, url: str, worker: str, wanted: Wanted, limit: int | None = None) -> Listing:
    """Read the queue at `url` and the log of the function `worker`; all letters are back in the queue afterwards."""
    found: list[Letter] = []
    now = time()
    with Reading(sqs, url) as reading:
        for letters in reading.letters():
            found += [letter for letter in letters if wanted.admits(letter, now)]
    found.sort(key=lambda letter: (letter.sent, letter.message_id))
    told = fates(logs, worker, found)
    kept = [Listed(letter, told[letter.message_id]) for letter in found if wanted.accepts(told[letter.message_id])]
    shown = kept if limit is None else kept[:limit]
    return Listing(shown, reading.doubts, len(kept) - len(shown))
