"""As many results as one answer holds."""

import json
import re
from collections.abc import Mapping
from typing import Any

from jobs.refusal import Refusal

# A function's answer may have 6 MB, in which the runtime writes the body's quotes and backslashes as two characters.
MAX_BYTES = 2_500_000


def start(event: Mapping[str, Any]) -> int:
    """The number in ?from= of an HTTP API's event, 0 without it. Raises Refusal (400)."""
    given = (event.get("queryStringParameters") or {}).get("from", "0")
    if not re.fullmatch("[0-9]{1,9}", given):
        raise Refusal(400, '"from" must be a whole number: the index of the first result that is wanted.')
    return int(given)


def page(lines: bytes, first: int) -> tuple[list[dict[str, Any]], int | None]:
    """The results from `first` on, and where the next page begins, None at the end. Raises Refusal (400)."""
    all_lines = lines.splitlines()
    if first >= len(all_lines):
        raise Refusal(400, f'"from" is {first}, and the job has {len(all_lines):,} results, counted from 0.')
    taken: list[dict[str, Any]] = []
    size = 0
    for line in all_lines[first:]:
        size += len(line)
        if taken and size > MAX_BYTES:
            return taken, first + len(taken)
        taken.append(json.loads(line))
    return taken, None
