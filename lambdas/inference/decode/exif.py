"""The orientation in which a camera stored a photograph.

Source: Exif 2.32 (CIPA DC-008), section 4.6 and tag 0x0112.
"""

import struct

import numpy as np
from numpy.typing import NDArray

_ORIENTATION = 0x0112
_SHORT = 3
_MAX_ENTRIES = 512


def read_orientation(block: bytes) -> int:
    """Return the orientation, 1 to 8, that an Exif block states.

    Args:
        block: The Exif block with or without its prefix. It may be damaged.

    Returns:
        1 (upright) if the block has no valid orientation.
    """
    block = block.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(block[:4]))
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (entries,) = struct.unpack_from(order + "H", block, start)
        for index in range(min(entries, _MAX_ENTRIES)):
            tag, kind, count, value = struct.unpack_from(order + "HHIH", block, start + 2 + 12 * index)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and count == 1 and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def rotate_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo an orientation without copying.

    Args:
        pixels: uint8 [h, w, c] as stored.
        orientation: 1 to 8.

    Returns:
        A view of `pixels`, upright. Orientations 5 to 8 swap height and width.
    """
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    down = -1 if orientation in (3, 4, 7, 8) else 1
    across = -1 if orientation in (2, 3, 6, 7) else 1
    return pixels[::down, ::across]
