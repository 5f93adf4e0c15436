"""How `sluice dead` tells what it found and what it did."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from time import time
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sluice.commands.console import row, table
from sluice.dead_letters.count import Count
from sluice.dead_letters.listing import Listed, Listing
from sluice.dead_letters.settle import Settled

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def age(seconds: float) -> str:
    """The largest unit that fits, whole."""
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), _UNITS[-1])
    return f"{int(seconds / size)}{unit}"


def letters(found: Sequence[Listed]) -> RenderableType:
    """A line a letter; no address, since its query may be a secret."""
    if not found:
        return Text("")
    listed = table("id", "age", "code", "model", "replays", "reason")
    now = time()
    for each in found:
        letter, fate = each.letter, each.fate
        listed.add_row(*row(letter.id, age(now - letter.sent), fate.code, fate.model, letter.replays, fate.reason))
    return listed


def number(of: int) -> str:
    """So many dead letters, in words."""
    return "1 dead letter" if of == 1 else f"{of:,} dead letters"


def counted(found: Listing) -> str:
    """How many there are, by code."""
    codes = Counter(each.fate.code for each in found.letters)
    split = ", ".join(f"{many:,} {code}" for code, many in codes.most_common())
    more = f"; {found.cut:,} more are not shown" if found.cut else ""
    return f"{number(len(found.letters))}{f' ({split})' if split else ''}{more}."


def whole(listed: Listed, lines: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """One letter with its body and its log."""
    letter, fate = listed.letter, listed.fate
    facts = Table.grid(padding=(0, 2))
    about = {
        "id": letter.id,
        "message": letter.message_id,
        "sent": f"{age(time() - letter.sent)} ago",
        "receives": letter.receives,
        "replays": letter.replays,
        "model": fate.model,
        "code": fate.code,
        "reason": fate.reason or None,
        "trace": letter.trace_id,
        **{f"attribute {name}": held.get("StringValue", "(binary)") for name, held in letter.attributes.items()},
    }
    for name, value in about.items():
        facts.add_row(*row(name, value))
    yield facts
    yield Text(f"\n{letter.body}\n")
    told = table("when", "what", "receives", "code", "reason", title="What the worker logged")
    for line in lines:
        told.add_row(*row(*(line.get(name) for name in ("timestamp", "message", "receives", "code", "reason"))))
    yield told if lines else Text("The worker's log tells nothing of it.")


def rest(settled: Settled) -> dict[str, Any]:
    """What was not done, for programs."""
    return {
        "refused": settled.refused,
        "left": settled.left,
        "missing": settled.missing,
        "stopped": settled.stopped,
    }


def settled(settled: Settled, what: str) -> str:
    """How far it came."""
    told = f"{len(settled.done):,} {what}."
    return f"Stopped: {told} {settled.missing:,} are still there, untouched." if settled.stopped else told


def problem(settled: Settled) -> str | None:
    """What kept it from doing all, in a sentence."""
    if settled.broken:
        return f"It ended early, {settled.missing:,} are still there: {settled.broken}"
    if settled.left:
        return (
            f"{len(settled.left):,} were done but could not be deleted, so they are still there and may be done twice: "
            f"{json.dumps(settled.left)}"
        )
    if settled.refused:
        return f"{len(settled.refused):,} were refused and are still there: {json.dumps(settled.refused)}"
    if settled.missing:
        return f"{settled.missing:,} were no longer there, or others hold them: list them again in a few minutes."
    return None


def uncounted(count: Count) -> str | None:
    """What the ledger lacks, in a sentence."""
    if not count.missed:
        return None
    return f"The ledger of `sluice status` will lack {count.missed:,} of these, which could not be counted: {count.why}"
