"""Classify a JPEG from memory with the worker's own modules, without messages."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from inference.models.model import load_model
from inference.prepare import prepare_image

MODEL = load_model(os.environ["MODEL"])
read_file = cache(Path.read_bytes)


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the JPEG at the event's path as often as the event says; return its five best labels."""
    jpeg = read_file(Path(event["jpeg"]))
    for _ in range(event["times"]):
        labels = [best.label for best in MODEL.predict(prepare_image(jpeg, MODEL.input), 5)]
    return labels
