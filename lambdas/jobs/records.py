"""The records of a job's items: predictions, rejections, and error items for images without a result."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS
from jobs.errors import StoreUnavailableError

Record: TypeAlias = Mapping[str, Any]

# The name that stands for a result which was written but no longer exists.
RESULT_MISSING = "ResultMissing"

# The messages of error items by code; an unexpected error also has its name in the message.
MESSAGES = {
    "source_unavailable": "The server or bucket of the image was unreachable, overloaded or too slow at every attempt. "
    "Post the image again later.",
    "out_of_time": "The function's time was too short for the image at every attempt. Post the image again, or ask the "
    "operator to give the function more time.",
    "timeout": "The function did not end in time at any attempt. Post the image again later.",
    "model_error": "The model could not be used, so the image was not classified. Ask the operator to repair it, "
    "then post the image again.",
    "store_unavailable": "The jobs bucket was unavailable at every attempt. Post the image again later.",
    "result_missing": "The result of the image was written but no longer exists. Post the image again.",
    "unexpected": "An unexpected error occurred. Ask the operator to read the function's log.",
}

# Step Functions reports errors by the names of their classes, and its own by names with a dot.
_CODES = {
    **{error.__name__: error.code for error in (SourceUnavailableError, OutOfTimeError, ModelError)},
    StoreUnavailableError.__name__: StoreUnavailableError.code,
    "States.Timeout": "timeout",
    "Sandbox.Timedout": "timeout",
    RESULT_MISSING: "result_missing",
}


def error_item(id_: str, url: object, error: str) -> dict[str, Any]:
    """Return the record of an item without a result, in the form of docs/schemas/error_item.json.

    Args:
        id_: Id of the item.
        url: The address as it was sent; replaced by None if it cannot be an address.
        error: Name of the last error: the name of its class, or a name of Step Functions or Lambda.
    """
    address = url if isinstance(url, str) and 0 < len(url) <= MAX_ADDRESS_CHARACTERS else None
    code = _CODES.get(error, "unexpected")
    message = MESSAGES[code]
    if code == "unexpected":
        message = message.replace("occurred.", f"occurred: {error}.")
    return {"id": id_, "url": address, "error": {"code": code, "message": message}}


def count_kinds(records: Iterable[Record]) -> Counter[str]:
    """Count the records of each kind: predicted, rejected and failed."""
    return Counter(map(_kind, records))


def select_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the three counts that add up to the number of items; a missing one is 0."""
    return {name: counts.get(name, 0) for name in ("predicted", "rejected", "failed")}


def to_json_lines(records: Iterable[Record]) -> bytes:
    """Return the records as lines of ASCII JSON."""
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)


def from_json_lines(content: bytes) -> list[Record]:
    """Return the records that `to_json_lines` wrote."""
    return [json.loads(line) for line in content.splitlines()]


def _kind(record: Record) -> str:
    return "failed" if "error" in record else "rejected" if "rejection" in record else "predicted"
