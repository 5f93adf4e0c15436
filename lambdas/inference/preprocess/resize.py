"""Bilinear resizing as TensorFlow 1 did it, for models that were trained with it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inference.decode.buffers import Buffers

# Selecting whole rows first is fastest. Whole columns come first only where they have so many times fewer pixels. With
# this factor the selected pixels are at most 4 * sqrt(pixels of the image * pixels of the result), for any shape.
_COLUMNS_FIRST_FACTOR = 4


def resize(pixels: NDArray[np.uint8], height: int, width: int, buffers: Buffers) -> NDArray[np.float32]:
    """Resize as TensorFlow's ResizeBilinear with align_corners=False and half_pixel_centers=False, to the last bit.

    Output pixel i is at input position i * (input size / output size), computed in float32. Pixels between the
    positions are skipped; nothing is averaged or smoothed.
    Source: tensorflow/core/kernels/image/resize_bilinear_op.cc.

    Args:
        pixels: uint8 [h, w, c].
        height: Rows of the result.
        width: Columns of the result.
        buffers: Memory for intermediate arrays.

    Returns:
        float32 [height, width, c] in 0 to 255, which shares no memory with `buffers`.
    """
    channels = pixels.shape[2]
    rows, down = _get_neighbours(pixels.shape[0], height)
    columns, across = _get_neighbours(pixels.shape[1], width)
    # Interpolating flat lines of values is several times faster than with an axis of three channels.
    corners = _select(pixels, rows, columns, buffers).reshape(2 * height, 2 * width * channels)
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
def _get_neighbours(size: int, new_size: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the indices before all output positions, then those after them, and each position's distance (0 to 1)."""
    positions = np.arange(new_size, dtype=np.float32) * (np.float32(size) / np.float32(new_size))
    before = positions.astype(np.intp)
    after = np.minimum(before + 1, size - 1)
    return np.concatenate([before, after]), positions - before.astype(np.float32)


def _select(
    pixels: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp], buffers: Buffers
) -> NDArray[np.uint8]:
    """Return the pixels at all crossings of `rows` and `columns`, uint8 [rows, columns, c].

    A photograph that was turned upright is a view with negative or swapped strides. It is read in the order of its
    memory, since numpy would first copy the whole view.
    """
    if pixels.strides[0] < 0:
        pixels, rows = pixels[::-1], pixels.shape[0] - 1 - rows
    if pixels.strides[1] < 0:
        pixels, columns = pixels[:, ::-1], pixels.shape[1] - 1 - columns
    if pixels.strides[0] < pixels.strides[1]:
        return _select(pixels.transpose(1, 0, 2), columns, rows, buffers).transpose(1, 0, 2)
    height, width, channels = pixels.shape
    crossings = buffers.array("corners", (len(rows), len(columns), channels), np.uint8)
    # All indices are valid. mode="clip" only avoids the temporary array that numpy needs for other modes.
    if height * len(columns) * _COLUMNS_FIRST_FACTOR < len(rows) * width:
        lines = buffers.array("rows", (height, len(columns), channels), np.uint8)
        pixels.take(columns, axis=1, out=lines, mode="clip")
        return lines.take(rows, axis=0, out=crossings, mode="clip")
    lines = buffers.array("rows", (len(rows), width, channels), np.uint8)
    pixels.take(rows, axis=0, out=lines, mode="clip")
    return lines.take(columns, axis=1, out=crossings, mode="clip")
