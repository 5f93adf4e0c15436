"""What the processor can do: numpy's product of two square float32 matrices, once for each record of the event."""

from typing import Any

import numpy as np

from bench.flops import MATRIX

LEFT, RIGHT = np.random.default_rng(4).uniform(-1, 1, (2, MATRIX, MATRIX)).astype(np.float32)
PRODUCT = np.empty((MATRIX, MATRIX), np.float32)


def handler(event: dict[str, Any], _context: object) -> int:
    """Multiply. Returns how often."""
    for _ in event["Records"]:
        np.matmul(LEFT, RIGHT, out=PRODUCT)
    return len(event["Records"])
