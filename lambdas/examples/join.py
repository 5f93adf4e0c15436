"""The smallest function that joins the results of parallel branches."""

from collections.abc import Sequence


def handler(event: Sequence[dict[str, str]], _context: object) -> dict[str, list[str]]:
    """Return {"hello": [name, ...]} for the input [{"hello": name}, ...], in the order of the branches."""
    return {"hello": [branch["hello"] for branch in event]}
