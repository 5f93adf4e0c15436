"""JPEG bytes to pixels, as TensorFlow's DecodeJpeg reads them."""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.decode.buffers import Buffers
from inference.decode.exif import upright
from inference.decode.jpeg_header import MAX_SCANS, frame, has_too_many_scans, turned
from inference.decode.limits import check_size, damaged
from inference.errors import Code, InputError

# libjpeg computes these straight from the frequencies; it offers other eighths, which take longer.
_REDUCTIONS = (8, 4, 2)
# What it says of samplings for which TurboJPEG's interface, which simplejpeg uses, has no name.
_UNNAMED = "Could not determine subsampling"


def decode(
    data: bytes | bytearray, channels: int, buffers: Buffers, enough: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 (luminance) or 3 (RGB; greyscale repeated, CMYK converted), upright.

    Usually a view of `buffers`'s memory. With `enough` (height, width) it may have 1/2, 1/4 or 1/8 of the image's size,
    rounded up, where that still is enough: libjpeg then averages instead of computing pixels that nobody will look at.
    Raises InputError (too_large, bad_image).
    """
    try:
        return _decode(data, channels, buffers, enough)
    except ValueError as error:
        reason = _reason(error)
    from inference.decode.jpeg_repair import TRIES, repair

    for _ in range(TRIES - 1):
        data = repair(data, reason)
        if not data:
            break
        try:
            return _decode(data, channels, buffers, enough)
        except ValueError as error:
            reason = _reason(error)
    raise damaged(reason)


def _decode(
    data: bytes | bytearray, channels: int, buffers: Buffers, enough: tuple[int, int] | None
) -> NDArray[np.uint8]:
    """As `decode`, and raises ValueError for whatever libjpeg warns of."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data)
    except KeyError:  # 4:4:1, which simplejpeg decodes and has no word for
        from inference.decode.jpeg_repair import tidy

        data = tidy(data)
        height, width, _ = frame(data)
    except ValueError as error:
        if _UNNAMED not in str(error):
            raise
        return _decode_unnamed(data, channels)
    _check(data, height, width)
    turn = turned(data)
    reduced = None if enough is None else _reduce(height, width, enough[::-1] if turn >= 5 else enough)
    least = {"min_height": reduced[0], "min_width": reduced[1]} if reduced else {}
    pixels = buffers.array("pixels", (*(reduced or (height, width)), channels), np.uint8)
    simplejpeg.decode_jpeg(data, "GRAY" if channels == 1 else "RGB", fastdct=True, buffer=pixels, **least)
    return upright(pixels, turn)


def _decode_unnamed(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """As `_decode`, of a rare sampling: by Pillow, always whole."""
    from inference.decode import pillow
    from inference.decode.jpeg_repair import has_an_end, tidy

    data = tidy(data)
    height, width, sampled = frame(data)
    if not sampled:
        raise ValueError("its frame is not valid")
    _check(data, height, width)
    if not has_an_end(data):
        raise ValueError("Premature end of JPEG file")  # as libjpeg has it; Pillow does not mind
    return upright(pillow.decode_jpeg(tidy(data, only_pixels=True), channels, sampled), turned(data))


def _check(data: bytes | bytearray, height: int, width: int) -> None:
    check_size(height, width)
    if has_too_many_scans(data):
        raise InputError(Code.TOO_LARGE, f"The JPEG has more than {MAX_SCANS} scans; save it with fewer.")


def _reduce(height: int, width: int, enough: tuple[int, int]) -> tuple[int, int] | None:
    """The smallest size that libjpeg computes fast and that is not below `enough`; None: the image has no more."""
    for reduction in _REDUCTIONS:
        rows, columns = -(-height // reduction), -(-width // reduction)
        if rows >= enough[0] and columns >= enough[1]:
            return rows, columns
    return None


def _reason(error: ValueError) -> str:
    return str(error).rpartition("(): ")[2]
