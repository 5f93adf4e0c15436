"""A model as it was brought: a network to convert, and a way to ask the original for its scores."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model.graph import Graph
from build.model.images import Pictures
from build.model.options import Scale

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Source:
    """An opened model.

    `network` is a frozen graph, or the bytes of a .tflite, that takes float32 [1, *shape]. `scores` asks the original,
    untouched, for float32 [n, labels] of images, with pixels scaled as given unless it knows its own preparation.
    `scale` and `labels` are None where the model does not say them; `size` is what its file, folder or weights take,
    in bytes.
    """

    kind: str
    size: int
    network: Graph | bytes
    shape: Shape
    scores: Callable[[Pictures, Scale], NDArray[np.float32]]
    scale: Scale | None = None
    labels: list[str] | None = None
    notes: list[str] = field(default_factory=list)


def input_shape(found: tuple[int | None, ...], size: tuple[int, int] | None) -> Shape:
    """(height, width, channels) of an image model's input [batch, height, width, channels].

    Sides that the model leaves open are `size`'s. Raises ModelImportError when there is none, or the two disagree.
    """
    if len(found) != 4:
        raise ModelImportError(
            f"The model's input has {len(found)} axes; an image model takes [batch, height, width, channels]."
        )
    _, height, width, channels = found
    if channels not in (1, 3):
        raise ModelImportError(
            f"The model's input is {_text(found)}; its last axis must be 1 (grey) or 3 (RGB) channels: export it so."
        )
    if size is None and (height is None or width is None):
        raise ModelImportError(
            f"The model takes images of any size ({_text(found)}): say which with SIZE=224 or SIZE=224x320."
        )
    if size is not None and (height or size[0], width or size[1]) != size:
        raise ModelImportError(f"SIZE is {size[0]}x{size[1]}, but the model takes {_text(found)}: leave SIZE out.")
    wanted = size or (0, 0)
    return height or wanted[0], width or wanted[1], channels


def scaled(pictures: Pictures, scale: Scale) -> NDArray[np.float32]:
    """Input of the network, float32 [n, height, width, channels], as inference.prepare.prepare_image returns it."""
    return pictures.pixels() * np.float32(scale.scale) + np.float32(scale.offset)


def _text(shape: tuple[int | None, ...]) -> str:
    return "[" + ", ".join("any" if side is None else str(side) for side in shape) + "]"
