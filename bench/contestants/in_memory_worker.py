"""One JPEG to its five best labels by the worker's own parts, with nothing around them."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from inference.models.model import load_model
from inference.prepare import prepare_image

MODEL = load_model(os.environ["MODEL"])
read = cache(Path.read_bytes)


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """The labels of the JPEG at the event's path, found as many times as it says."""
    jpeg = read(Path(event["jpeg"]))
    for _ in range(event["times"]):
        labels = [best.label for best in MODEL.predict(prepare_image(jpeg, MODEL.input), 5)]
    return labels
