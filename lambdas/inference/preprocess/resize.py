"""Bilinear resizing as graphs trained with TensorFlow's older image operations expect it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inference.decode.buffers import Buffers

# Whole rows are picked first, as that is fastest; whole columns only where they hold so many times fewer pixels.
# However wide and low an image is, what is picked never exceeds 4 * sqrt(pixels of the image * pixels wanted).
_FEWER = 4


def resize(pixels: NDArray[np.uint8], height: int, width: int, buffers: Buffers) -> NDArray[np.float32]:
    """`pixels` (uint8 [h, w, c]) as float32 [height, width, c] in 0..255.

    Equals TensorFlow's ResizeBilinear with align_corners=False and half_pixel_centers=False to the last bit: pixel i
    of the output lies at i * (input / output) of the input, computed in float32. It neither averages nor smooths
    what it skips. Source: tensorflow/core/kernels/image/resize_bilinear_op.cc.
    """
    channels = pixels.shape[2]
    rows, down = _taps(pixels.shape[0], height)
    columns, across = _taps(pixels.shape[1], width)
    # Lines are mixed as flat runs of values, several times faster than with the channels as an axis of three.
    corners = _gather(pixels, rows, columns, buffers).reshape(2 * height, 2 * width * channels)
    left, right = corners[:, : width * channels], corners[:, width * channels :]
    lines = buffers.array("lines", left.shape, np.float32)
    np.subtract(right, left, out=lines, dtype=np.float32)
    lines *= across.repeat(channels)
    lines += left
    upper, lower = lines[:height], lines[height:]
    lower -= upper
    lower *= down[:, None]
    return (lower + upper).reshape(height, width, channels)


@lru_cache(maxsize=64)
def _taps(size: int, wanted: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The pixels before each wanted position and then those after each, and how far each lies between them (0..1)."""
    positions = np.arange(wanted, dtype=np.float32) * (np.float32(size) / np.float32(wanted))
    before = positions.astype(np.intp)
    after = np.minimum(before + 1, size - 1)
    return np.concatenate([before, after]), positions - before.astype(np.float32)


def _gather(
    pixels: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp], buffers: Buffers
) -> NDArray[np.uint8]:
    """uint8 [rows, columns, c]: what `pixels` has where the rows and columns cross.

    A photograph that is turned by its camera's note is a view that runs backwards or down its columns. It is read in
    the order in which it lies in memory, since numpy would first copy the whole of such a view.
    """
    if pixels.strides[0] < 0:
        pixels, rows = pixels[::-1], pixels.shape[0] - 1 - rows
    if pixels.strides[1] < 0:
        pixels, columns = pixels[:, ::-1], pixels.shape[1] - 1 - columns
    if pixels.strides[0] < pixels.strides[1]:
        return _gather(pixels.transpose(1, 0, 2), columns, rows, buffers).transpose(1, 0, 2)
    height, width, channels = pixels.shape
    both = buffers.array("corners", (len(rows), len(columns), channels), np.uint8)
    # The indices are all within, and with any other mode than clip numpy would fill a memory of its own first.
    if height * len(columns) * _FEWER < len(rows) * width:
        some = buffers.array("rows", (height, len(columns), channels), np.uint8)
        pixels.take(columns, axis=1, out=some, mode="clip")
        return some.take(rows, axis=0, out=both, mode="clip")
    some = buffers.array("rows", (len(rows), width, channels), np.uint8)
    pixels.take(rows, axis=0, out=some, mode="clip")
    return some.take(columns, axis=1, out=both, mode="clip")
