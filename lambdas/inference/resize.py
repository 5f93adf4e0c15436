"""Bilinear resizing as graphs trained with TensorFlow's older image operations expect it."""

import numpy as np
from numpy.typing import NDArray


def resize(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.float32]:
    """`pixels` (uint8 [h, w, c]) as float32 [height, width, c] in 0..255.

    Equals TensorFlow's ResizeBilinear with align_corners=False and half_pixel_centers=False to the last bit: pixel i
    of the output lies at i * (input / output) of the input, computed in float32. It neither averages nor smooths
    what it skips. Source: tensorflow/core/kernels/image/resize_bilinear_op.cc.
    """
    top, bottom, down = _taps(pixels.shape[0], height)
    left, right, across = _taps(pixels.shape[1], width)
    # Rows are mixed as flat lines of values, several times faster than with the channels as an axis of three.
    across = across.repeat(pixels.shape[2])
    upper = _mix(pixels.take(top, axis=0), left, right, across)
    lower = _mix(pixels.take(bottom, axis=0), left, right, across)
    lower -= upper
    lower *= down[:, None]
    lower += upper
    return lower.reshape(height, width, -1)


def _taps(size: int, wanted: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For each wanted position: the pixel before it, the pixel after it, and how far it lies between them (0..1)."""
    positions = np.arange(wanted, dtype=np.float32) * (np.float32(size) / np.float32(wanted))
    before = positions.astype(np.intp)
    after = np.minimum(before + 1, size - 1)
    return before, after, positions - before.astype(np.float32)


def _mix(
    lines: NDArray[np.uint8], left: NDArray[np.intp], right: NDArray[np.intp], across: NDArray[np.float32]
) -> NDArray[np.float32]:
    """float32 [lines, width * c]: of each line (uint8 [lines, w, c]), the values between its `left` and `right`."""
    first = lines.take(left, axis=1).reshape(len(lines), -1).astype(np.float32)
    second = lines.take(right, axis=1).reshape(len(lines), -1).astype(np.float32)
    second -= first
    second *= across
    second += first
    return second
