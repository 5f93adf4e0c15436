"""AWS fails the whole batch when a function names a failed item wrongly; ministack deletes such messages as done.

"Lambda treats a batch as a complete failure if your function returns: an invalid JSON response, an empty string
itemIdentifier, a null itemIdentifier, an itemIdentifier with a bad key name" (Lambda Developer Guide, "Implementing
partial batch responses"); so does an identifier that is none of the batch's. Used by queue_poller.
"""

from collections.abc import Collection
from typing import Any


def failed(answer: Any, batch: Collection[str]) -> set[str]:
    """The ids of `batch` that an answer hands back; all of them when it is malformed, none for null and {}."""
    if not answer:
        return set()
    items = answer.get("batchItemFailures") if isinstance(answer, dict) else [answer]
    if items is None:
        return set()
    named = [_identifier(item) for item in items] if isinstance(items, list) else [None]
    valid = {identifier for identifier in named if identifier is not None and identifier in batch}
    return valid if None not in named and len(valid) == len(set(named)) else set(batch)


def _identifier(item: Any) -> str | None:
    identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
    return identifier if isinstance(identifier, str) else None
