"""A task's body as the worker reads it: its id, its model, and how it gets an id that stays."""

import json
from typing import Any


def fields(body: str) -> dict[str, Any]:
    """The fields of a task; a bare address is its url. Nothing of a body that is no task."""
    text = body.strip()
    if not text.startswith("{"):
        address = text.strip("\"'").strip()
        return {"url": address} if address else {}
    try:
        found: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found


def word(body: str, name: str) -> str | None:
    """A field that is text and not empty."""
    value = fields(body).get(name)
    return value if isinstance(value, str) and value else None


def with_id(body: str, name: str) -> str:
    """The body as it is when it has an id, or is no task; otherwise as a task with this one.

    A task without one is known by its message's id, and a message that is sent again has another.
    """
    found = fields(body)
    return body if not found or "id" in found else json.dumps(found | {"id": name}, ensure_ascii=False)
