"""Images that were answered and wait for a shadow's look at them, within a bounded memory."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from inference.messages import Label

Image: TypeAlias = NDArray[np.float32] | bytes | bytearray

_lock = Lock()
_held: "WeakSet[PendingComparison]" = WeakSet()


@dataclass(eq=False, slots=True, weakref_slot=True)
class PendingComparison:
    """An image, its current model's labels (all of them, best first) and how many bytes the image takes.

    `image` is the array that its model took, or the file's bytes where the shadow takes another; None: not held.
    """

    image: Image | None
    size: int = 0
    labels: tuple[Label, ...] = ()

    def take(self) -> Image | None:
        """The image, whose memory is free again once the caller is done with it."""
        image, self.image, self.size = self.image, None, 0
        return image


def hold(image: Image, room: int) -> PendingComparison:
    """Hold the image while all that are held take no more than `room` bytes. Whoever is forgotten takes none."""
    size = image.nbytes if isinstance(image, np.ndarray) else len(image)
    with _lock:
        if size + sum(held.size for held in _held) > room:
            return PendingComparison(None)
        held = PendingComparison(image, size)
        _held.add(held)
    return held


def room(environment: Mapping[str, str] = os.environ) -> int:
    """Bytes for images that wait: an eighth of the function's memory."""
    return int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 1024)) * 2**20 // 8
