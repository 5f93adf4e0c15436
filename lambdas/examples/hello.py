"""The smallest function of a state machine: says hello."""

from collections.abc import Mapping


def handler(event: Mapping[str, str] | None, _context: object) -> dict[str, str]:
    """{"hello": name} of {"name"}, such as a branch's; without one the world is greeted."""
    return {"hello": (event or {}).get("name", "world")}
