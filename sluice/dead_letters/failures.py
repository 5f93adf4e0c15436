"""Why tasks failed, from the worker's log, and filters by that."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sluice.dead_letters.letter import DeadLetter
from sluice.environment import build_log_group_name

_FAILED_ATTEMPTS = '{ $.message = "Retry scheduled" || $.message = "Returned to queue" || $.message = "Failed" }'


@dataclass(frozen=True)
class Failure:
    """Why the last attempt at a task failed.

    Attributes:
        code: The code of the error; "unknown" if the log does not have it.
        reason: The message of the error.
        model: The model, as name@version, or as the name in the task if the log does not have it.
    """

    code: str = "unknown"
    reason: str = ""
    model: str | None = None


@dataclass(frozen=True)
class Filters:
    """Conditions that a dead letter must satisfy; one that is None or empty is not checked.

    Attributes:
        code: The code of the last failure.
        older: The least age in seconds, since the message was first sent.
        newer: The largest age in seconds.
        model: The name of the model, or name@ and the first digits of its version.
        ids: IDs of tasks or messages.
    """

    code: str | None = None
    older: float | None = None
    newer: float | None = None
    model: str | None = None
    ids: Collection[str] = ()

    def match_letter(self, letter: DeadLetter, now: float) -> bool:
        """Return whether a letter has a matching age and ID; `now` is in seconds since 1970."""
        age = now - letter.sent
        return (
            (self.older is None or age >= self.older)
            and (self.newer is None or age <= self.newer)
            and (not self.ids or letter.task_id in self.ids or letter.id in self.ids)
        )

    def match_failure(self, failure: Failure) -> bool:
        """Return whether a failure has a matching code and model."""
        model = failure.model or ""
        return (self.code is None or failure.code == self.code) and (
            self.model is None
            or model == self.model
            or model.startswith(self.model if "@" in self.model else f"{self.model}@")
        )


def find_failures(logs: Any, function: str, letters: Sequence[DeadLetter]) -> dict[str, Failure]:
    """Return the last failure of each letter by message ID, with one search of the log.

    Args:
        logs: A boto3 client of CloudWatch Logs.
        function: The name of the worker's function.
        letters: The letters.
    """
    failures = {letter.id: Failure(model=letter.model) for letter in letters}
    for line in _search_log(logs, function, letters, _FAILED_ATTEMPTS):
        known = failures.get(line.get("message_id", ""))
        if known is not None:
            failures[line["message_id"]] = Failure(
                line.get("code") or known.code, line.get("reason") or known.reason, line.get("model") or known.model
            )
    return failures


def read_log(logs: Any, function: str, letter: DeadLetter) -> list[dict[str, Any]]:
    """Return the worker's log lines about a letter since it was last sent, oldest first.

    Args:
        logs: A boto3 client of CloudWatch Logs.
        function: The name of the worker's function.
        letter: The letter.
    """
    ids = {letter.id, letter.task_id}
    conditions = (f"$.{field} = {json.dumps(id_)}" for field in ("message_id", "id") for id_ in sorted(ids))
    return [
        line
        for line in _search_log(logs, function, [letter], f"{{ {' || '.join(conditions)} }}")
        if line.get("message_id") in ids or line.get("id") in ids
    ]


def _search_log(logs: Any, function: str, letters: Iterable[DeadLetter], pattern: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON lines since the oldest letter was sent; none if the log group does not exist."""
    start = min((letter.sent for letter in letters), default=None)
    if start is None:
        return
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=build_log_group_name(function), filterPattern=pattern, startTime=int(start * 1000)
    )
    try:
        for page in pages:
            for event in page["events"]:
                try:
                    line = json.loads(event["message"])
                except ValueError:
                    continue  # a line of Lambda itself
                if isinstance(line, dict):
                    yield line
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
