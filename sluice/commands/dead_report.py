"""The output of `sluice dead`: dead letters, and what was done with them."""

import json
from collections import Counter as Counts
from collections.abc import Iterator, Mapping, Sequence
from time import time
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sluice.commands.console import escape_cells, new_table
from sluice.dead_letters.counter import Counter
from sluice.dead_letters.process import Result
from sluice.dead_letters.scan import ListedLetter, Listing
from sluice.durations import format_duration


def render_letters(letters: Sequence[ListedLetter]) -> RenderableType:
    """Return a table of letters. It has no addresses, since the query of an address may hold a secret."""
    if not letters:
        return Text("")
    shown = new_table("id", "age", "code", "model", "replays", "reason")
    now = time()
    for listed in letters:
        letter, failure = listed.letter, listed.failure
        age = format_duration(now - letter.sent)
        shown.add_row(*escape_cells(letter.task_id, age, failure.code, failure.model, letter.replays, failure.reason))
    return shown


def count_letters(number: int) -> str:
    """Return a number of dead letters with its noun."""
    return "1 dead letter" if number == 1 else f"{number:,} dead letters"


def summarize_listing(listing: Listing) -> str:
    """Return how many letters there are, by code."""
    codes = Counts(listed.failure.code for listed in listing.letters)
    by_code = ", ".join(f"{count:,} {code}" for code, count in codes.most_common())
    omitted = f"; {listing.omitted:,} more are not shown" if listing.omitted else ""
    return f"{count_letters(len(listing.letters))}{f' ({by_code})' if by_code else ''}{omitted}."


def render_letter(listed: ListedLetter, log: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """Yield all that is known of a letter: its fields, its body and the worker's log."""
    letter, failure = listed.letter, listed.failure
    fields = Table.grid(padding=(0, 2))
    values = {
        "id": letter.task_id,
        "message": letter.id,
        "sent": f"{format_duration(time() - letter.sent)} ago",
        "receives": letter.receives,
        "replays": letter.replays,
        "model": failure.model,
        "code": failure.code,
        "reason": failure.reason or None,
        "trace": letter.trace_id,
        **{f"attribute {name}": value.get("StringValue", "(binary)") for name, value in letter.attributes.items()},
    }
    for name, value in values.items():
        fields.add_row(*escape_cells(name, value))
    yield fields
    yield Text(f"\n{letter.body}\n")
    lines = new_table("time", "message", "receives", "code", "reason", title="The worker's log")
    for line in log:
        lines.add_row(
            *escape_cells(*(line.get(name) for name in ("timestamp", "message", "receives", "code", "reason")))
        )
    yield lines if log else Text("The worker's log has no line about it.")


def build_result_fields(result: Result) -> dict[str, Any]:
    """Return the letters that were not processed, as fields for JSON."""
    return {
        "refused": result.refused,
        "undeleted": result.undeleted,
        "missing": result.missing,
        "interrupted": result.interrupted,
    }


def summarize_result(result: Result, action: str) -> str:
    """Return how many letters were processed; `action` is a past participle, for example "dropped"."""
    summary = f"{len(result.done):,} {action}."
    if result.interrupted:
        return f"Interrupted: {summary} {result.missing:,} are unchanged and still in the queue."
    return summary


def describe_problems(result: Result, counter: Counter) -> list[str]:
    """Return a sentence for each reason why letters were not processed, not deleted or not counted."""
    problems = []
    if result.error:
        problems.append(f"Ended early; {result.missing:,} are still in the queue: {result.error}")
    if result.undeleted:
        problems.append(
            f"{len(result.undeleted):,} were processed but could not be deleted, so they are still in the queue and "
            f"may be processed twice: {json.dumps(result.undeleted)}"
        )
    if result.refused:
        problems.append(
            f"{len(result.refused):,} were refused and are still in the queue: {json.dumps(result.refused)}"
        )
    if result.missing and not result.error and not result.interrupted:
        problems.append(
            f"{result.missing:,} were not found: they have been deleted, or another command has received them. List "
            "them again in a few minutes."
        )
    if counter.uncounted:
        problems.append(
            f"The accounting of `sluice status` will lack {counter.uncounted:,} of these, which could not be counted: "
            f"{counter.error}"
        )
    return problems
