"""How a model and its shadow agree on an image, and the images that are kept until the shadow has scored them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from inference.messages import Label

Image: TypeAlias = NDArray[np.float32] | bytes | bytearray

_lock = Lock()
_deferred: "WeakSet[PendingComparison]" = WeakSet()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two models agree on one image.

    Attributes:
        agrees: Whether both have the same best label.
        difference: The largest difference (0 to 1) between their scores of one label; None if they share no label.
    """

    agrees: bool
    difference: float | None


def compare_labels(current: Sequence[Label], other: Sequence[Label]) -> Comparison:
    """Compare all labels of two models, each best first. If a label occurs twice, its better score counts."""
    ours, theirs = ({entry.label: entry.score for entry in reversed(labels)} for labels in (current, other))
    differences = [abs(ours[label] - theirs[label]) for label in ours.keys() & theirs.keys()]
    return Comparison(current[0].label == other[0].label, max(differences, default=None))


@dataclass(eq=False, slots=True, weakref_slot=True)
class PendingComparison:
    """An image that a shadow is still to score, and the labels that its model gave it.

    Attributes:
        image: The model's input tensor, or the file if the shadow expects another input; None if it was not kept.
        size: Bytes that the image takes.
        labels: All labels of the model, best first.
    """

    image: Image | None
    size: int = 0
    labels: tuple[Label, ...] = ()

    def release_image(self) -> Image | None:
        """Return the image and stop counting it; its memory is freed when the caller drops it."""
        image, self.image, self.size = self.image, None, 0
        return image


def defer(image: Image, max_bytes: int) -> PendingComparison:
    """Keep an image for later, if all images that are kept then take at most `max_bytes`.

    An image stops counting when its PendingComparison is garbage-collected or its image released.

    Returns:
        The pending comparison. Its image is None if there was no room.
    """
    size = image.nbytes if isinstance(image, np.ndarray) else len(image)
    with _lock:
        if size + sum(pending.size for pending in _deferred) > max_bytes:
            return PendingComparison(None)
        pending = PendingComparison(image, size)
        _deferred.add(pending)
    return pending


def max_deferred_bytes(environment: Mapping[str, str] = os.environ) -> int:
    """Return the memory for deferred images: an eighth of the function's."""
    return int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 1024)) * 2**20 // 8
