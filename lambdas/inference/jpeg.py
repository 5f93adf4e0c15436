"""JPEG bytes to pixels, as TensorFlow's DecodeJpeg reads them."""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.exif import upright
from inference.faults import Code, PermanentFault
from inference.jpeg_header import MAX_SCANS, has_too_many_scans, turned
from inference.pixels import check_size, damaged
from inference.scratch import Scratch

# libjpeg computes these straight from the frequencies; it offers other eighths, which take longer.
_REDUCTIONS = (8, 4, 2)


def decode(
    data: bytes | bytearray, channels: int, scratch: Scratch, enough: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 (luminance) or 3 (RGB; greyscale repeated, CMYK converted), upright.

    A view of `scratch`'s memory. With `enough` (height, width) it has 1/2, 1/4 or 1/8 of the image's size, rounded
    up, where that still is enough: libjpeg then averages instead of computing pixels that nobody will look at. Raises
    PermanentFault (too_large, bad_image).
    """
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        raise damaged(_reason(error)) from None
    check_size(height, width)
    if has_too_many_scans(data):
        raise PermanentFault(Code.TOO_LARGE, f"The JPEG has more than {MAX_SCANS} scans; save it with fewer.")
    turn = turned(data)
    reduced = None if enough is None else _reduce(height, width, enough[::-1] if turn >= 5 else enough)
    least = {"min_height": reduced[0], "min_width": reduced[1]} if reduced else {}
    pixels = scratch.array("pixels", (*(reduced or (height, width)), channels), np.uint8)
    try:
        simplejpeg.decode_jpeg(data, "GRAY" if channels == 1 else "RGB", fastdct=True, buffer=pixels, **least)
    except ValueError as error:
        raise damaged(_reason(error)) from None
    return upright(pixels, turn)


def _reduce(height: int, width: int, enough: tuple[int, int]) -> tuple[int, int] | None:
    """The smallest size that libjpeg computes fast and that is not below `enough`; None: the image has no more."""
    for reduction in _REDUCTIONS:
        rows, columns = -(-height // reduction), -(-width // reduction)
        if rows >= enough[0] and columns >= enough[1]:
            return rows, columns
    return None


def _reason(error: ValueError) -> str:
    return str(error).rpartition("(): ")[2]
