"""Pixels to the input tensor of a model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.decode.buffers import Buffers
from inference.preprocess.resize import resize

DECODE_MODES = ("exact", "fast")


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The input that a model expects, as the bundle's manifest states it: float32 [1, height, width, channels].

    Attributes:
        height: Rows of the tensor.
        width: Columns of the tensor.
        channels: 1 (luminance) or 3 (red, green, blue).
        scale: Each value is pixel (0 to 255) * scale + offset.
        offset: See `scale`.
        decode: "exact" decodes all pixels as TensorFlow's DecodeJpeg does. "fast" decodes JPEGs at the smallest of
            libjpeg's scales (1/1, 1/2, 1/4, 1/8) that is not smaller than the tensor.

    Raises:
        ValueError: `decode` is not one of DECODE_MODES.
    """

    height: int
    width: int
    channels: int
    scale: float
    offset: float
    decode: str = "exact"

    def __post_init__(self) -> None:
        if self.decode not in DECODE_MODES:
            raise ValueError(f"its input's decode is {self.decode!r}; it must be one of: {', '.join(DECODE_MODES)}")


def to_tensor(pixels: NDArray[np.uint8], spec: InputSpec, buffers: Buffers) -> NDArray[np.float32]:
    """Resize and scale pixels to the tensor that `spec` describes.

    Args:
        pixels: uint8 [h, w, c] with c = `spec.channels`.
        spec: The input that the model expects.
        buffers: Memory for intermediate arrays.

    Returns:
        float32 [1, height, width, channels], which shares no memory with `buffers`.
    """
    array = resize(pixels, spec.height, spec.width, buffers)
    if spec.scale != 1.0:
        array *= np.float32(spec.scale)
    if spec.offset != 0.0:
        array += np.float32(spec.offset)
    return array[None]
