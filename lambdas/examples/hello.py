"""The smallest function of a state machine: greets a name."""

from collections.abc import Mapping


def handler(event: Mapping[str, str] | None, _context: object) -> dict[str, str]:
    """Return {"hello": name} for the input {"name": name}; without a name, greet the world."""
    return {"hello": (event or {}).get("name", "world")}
