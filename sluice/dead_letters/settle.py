"""Takes chosen letters out of the queue: something is done with each, and only what that succeeded for is deleted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice.dead_letters.letter import Letter
from sluice.dead_letters.reading import Reading
from sluice.interrupts import Patience
from sluice.sqs import batches

_TRIES = 3

Act = Callable[[Sequence[Letter]], Mapping[str, str]]  # what one call takes -> why, by message id, it failed for some


@dataclass
class Settled:
    """Ids of what was done; `refused` and `left` (done, yet still in the queue) say why by id; `missing` were not met.

    `stopped`: someone asked for an end before all was done. `broken`: what ended it instead, in a sentence.
    """

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    stopped: bool = False
    broken: str | None = None

    @property
    def gone(self) -> list[str]:
        """Ids of what was done and is no longer in the queue."""
        return [name for name in self.done if name not in self.left]


def _untold(_: Settled) -> None:
    """Nobody wants to know how far it came."""


def settle(
    sqs: Any,
    url: str,
    chosen: Collection[str],
    act: Act,
    patience: Patience,
    rate: float | None = None,
    told: Callable[[Settled], None] = _untold,
) -> Settled:
    """`act` on the letters with these message ids, at most `rate` a second; the others are given back.

    `told` hears now and then how far it came, while no letter is in hand.
    """
    settled, remaining = Settled(), set(chosen)
    most = batches.CALL if rate is None else max(1, min(batches.CALL, int(rate)))
    try:
        with Reading(sqs, url) as reading:
            for letters in reading.letters(most):
                began = monotonic()
                mine = [letter for letter in letters if letter.message_id in remaining]
                for call in batches.calls(mine, Letter.size):
                    _settle(sqs, url, reading, call, act, settled)
                    remaining -= {letter.message_id for letter in call}
                told(settled)
                settled.stopped = patience.asked and bool(remaining)
                if patience.asked or not remaining:
                    break
                if rate is not None:
                    patience.wait(len(mine) / rate - (monotonic() - began))
    except (BotoCoreError, ClientError, OSError) as error:
        settled.broken = str(error)
    settled.missing = len(remaining)
    return settled


def _settle(sqs: Any, url: str, reading: Reading, letters: Sequence[Letter], act: Act, settled: Settled) -> None:
    refused = act(letters)
    settled.refused |= {letter.id: refused[letter.message_id] for letter in letters if letter.message_id in refused}
    acted = [letter for letter in letters if letter.message_id not in refused]
    settled.done += [letter.id for letter in acted]
    undeleted = _delete(sqs, url, acted)
    settled.left |= {letter.id: undeleted[letter.message_id] for letter in acted if letter.message_id in undeleted}
    reading.settled(letter for letter in acted if letter.message_id not in undeleted)


def _delete(sqs: Any, url: str, letters: Sequence[Letter]) -> dict[str, str]:
    """Why, by message id, of those that are still there."""
    failed = {letter.message_id: "" for letter in letters}
    for _ in range(_TRIES):
        entries = [
            {"Id": str(place), "ReceiptHandle": letter.receipt}
            for place, letter in enumerate(letters)
            if letter.message_id in failed
        ]
        if not entries:
            break
        try:
            reply = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            failed = dict.fromkeys(failed, str(error))
            continue
        failed = {
            letters[int(entry["Id"])].message_id: entry.get("Message") or entry["Code"]
            for entry in reply.get("Failed", [])
        }
    return failed
