"""One JPEG to its five best labels by a SavedModel, with nothing around it."""

from functools import cache
from pathlib import Path
from typing import Any

from bench.contestants import saved_model

read = cache(Path.read_bytes)


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """The labels of the JPEG at the event's path, found as many times as it says."""
    jpeg = read(Path(event["jpeg"]))
    for _ in range(event["times"]):
        labels = saved_model.top_five(jpeg)
    return labels
