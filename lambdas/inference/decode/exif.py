"""How a photograph is to be turned, as its camera noted it."""

import struct

import numpy as np
from numpy.typing import NDArray

_ORIENTATION = 0x0112
_MAX_ENTRIES = 512


def orientation(block: bytes) -> int:
    """EXIF orientation, 1 to 8, of an Exif block with or without its prefix; 1 (upright) when it says nothing valid."""
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
                return value if kind == 3 and count == 1 and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def upright(pixels: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """`pixels` [h, w, c] as a view that undoes the orientation `turn`; 5 to 8 swap height and width."""
    if turn >= 5:
        pixels = pixels.transpose(1, 0, 2)
    down = -1 if turn in (3, 4, 7, 8) else 1
    across = -1 if turn in (2, 3, 6, 7) else 1
    return pixels[::down, ::across]
