"""A task's body as the worker reads it: its id, its model, and how it gets an id that stays."""

import json
from typing import Any

from inference import messages


def fields(body: str) -> dict[str, Any]:
    """The fields of a task; nothing of a body that is no task."""
    try:
        found = messages.parse_body(body)
    except ValueError:
        return {}
    return found if found != {"url": ""} else {}


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
