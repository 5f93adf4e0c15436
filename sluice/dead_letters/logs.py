"""Why a letter died: the worker's log tells, by the message's id."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sluice.dead_letters.letter import Letter

_FAILED = '{ $.message = "Retry scheduled" || $.message = "Returned to queue" || $.message = "Failed" }'


@dataclass(frozen=True)
class Fate:
    """What the last attempt met: its code, why in a sentence, and the model (name@version, or the name asked for)."""

    code: str = "unknown"
    reason: str = ""
    model: str | None = None


def group(function: str) -> str:
    """A function's log group."""
    return f"/aws/lambda/{function}"


def fates(logs: Any, function: str, letters: Sequence[Letter]) -> dict[str, Fate]:
    """Each letter's fate by its message id, found in one pass; unknown where the log is gone or never told."""
    found = {letter.message_id: Fate(model=letter.model) for letter in letters}
    for line in _lines(logs, function, letters, _FAILED):
        known = found.get(line.get("message_id", ""))
        if known is not None:
            found[line["message_id"]] = Fate(
                line.get("code") or known.code, line.get("reason") or known.reason, line.get("model") or known.model
            )
    return found


def history(logs: Any, function: str, letter: Letter) -> list[dict[str, Any]]:
    """What the worker logged of a letter since it was last sent, the oldest first."""
    names = {letter.message_id, letter.id}
    pattern = " || ".join(f"$.{field} = {json.dumps(name)}" for field in ("message_id", "id") for name in sorted(names))
    return [
        line
        for line in _lines(logs, function, [letter], f"{{ {pattern} }}")
        if line.get("message_id") in names or line.get("id") in names
    ]


def _lines(logs: Any, function: str, letters: Iterable[Letter], pattern: str) -> Iterator[dict[str, Any]]:
    """The JSON lines since the oldest of the letters was sent."""
    since = min((letter.sent for letter in letters), default=None)
    if since is None:
        return
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group(function), filterPattern=pattern, startTime=int(since * 1000)
    )
    try:
        for page in pages:
            for event in page["events"]:
                try:
                    line = json.loads(event["message"])
                except ValueError:
                    continue  # the platform's own lines
                if isinstance(line, dict):
                    yield line
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
