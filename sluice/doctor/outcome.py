"""What a check found."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """`warn`: it works, but look; `fail`: something does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Outcome:
    """What was found in a sentence, and what to do about it unless it is fine."""

    status: Status
    said: str
    cure: str = ""


def ok(said: str) -> Outcome:
    return Outcome(Status.OK, said)


def warn(said: str, cure: str) -> Outcome:
    return Outcome(Status.WARN, said, cure)


def fail(said: str, cure: str) -> Outcome:
    return Outcome(Status.FAIL, said, cure)


Outcomes = Iterator[Outcome]
