"""The smallest step that joins: what parallel branches said, in their order, as one."""

from collections.abc import Sequence


def handler(event: Sequence[dict[str, str]], _context: object) -> dict[str, list[str]]:
    """{"hello": [name, ...]} of [{"hello": name}, ...]."""
    return {"hello": [said["hello"] for said in event]}
