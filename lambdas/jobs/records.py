"""The records of a job's items: how they are told apart and counted, and those of items without an answer."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS

Record: TypeAlias = Mapping[str, Any]

MESSAGES = {
    "SourceUnavailableError": "The place that holds the image was away, overloaded or too slow each time it was tried; "
    "post it again later.",
    "OutOfTimeError": "The function's time was too short for the image each time it was tried; post it again, or ask "
    "the operator to give the function more.",
    "States.Timeout": "The function did not answer in time, each time it was tried; post the image again later.",
    "Sandbox.Timedout": "The function was stopped by its time-out each time it was tried; post the image again later.",
    "ModelError": "The model could not be used, so the image was not looked at; ask the operator to mend it, then post "
    "the image again.",
    "StoreUnavailableError": "The jobs bucket was away each time it was tried; post the image again later.",
    "ResultMissing": "The image's result was written and is no longer there; post the image again.",
}


def error_item(id_: str, url: object, code: str) -> dict[str, Any]:
    """The record of an item without an answer; `code` is the name of the fault that was met last."""
    known = url if isinstance(url, str) and 0 < len(url) <= MAX_ADDRESS_CHARACTERS else None
    message = MESSAGES.get(code, "Something broke that should not; ask the operator to look into the function's log.")
    return {"id": id_, "url": known, "error": {"code": code, "message": message}}


def kind(record: Record) -> str:
    """'predicted', 'rejected' or 'failed'."""
    return "failed" if "error" in record else "rejected" if "rejection" in record else "predicted"


def count(records: Iterable[Record]) -> Counter[str]:
    """How many records there are of each kind."""
    return Counter(map(kind, records))


def counts(counted: Mapping[str, int]) -> dict[str, int]:
    """The three numbers that add up to the items."""
    return {name: counted.get(name, 0) for name in ("predicted", "rejected", "failed")}


def to_lines(records: Iterable[Record]) -> bytes:
    """One line of ASCII JSON a record."""
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)


def from_lines(content: bytes) -> list[Record]:
    """What `to_lines` wrote."""
    return [json.loads(line) for line in content.splitlines()]
