"""JPEG to pixels, with the same values as TensorFlow's DecodeJpeg.

Both use libjpeg-turbo with the fast integer transform (JDCT_IFAST) and smooth upsampling of colours.
"""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.decode.buffers import Buffers
from inference.decode.exif import rotate_upright
from inference.decode.jpeg_header import JpegHeader, has_too_many_scans, read_header
from inference.decode.limits import MAX_SCANS, bad_image_error, check_size
from inference.errors import Code, InputError

# The scales that libjpeg computes directly from the frequencies. Its other eighths take longer.
_REDUCTIONS = (8, 4, 2)
# The error of TurboJPEG's interface, which simplejpeg uses, for samplings that it has no constant for.
_UNKNOWN_SAMPLING = "Could not determine subsampling"


def decode(
    data: bytes | bytearray, channels: int, buffers: Buffers, min_size: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """Decode a JPEG. Warnings of libjpeg that do not mean damage are repaired.

    Args:
        data: The bytes of the file.
        channels: 1 (luminance) or 3 (red, green, blue; greyscale repeated, CMYK converted).
        buffers: Memory for the pixels.
        min_size: If given, decode at 1/2, 1/4 or 1/8 of the image's size, rounded up, where that has at least this
            (height, width). libjpeg then averages pixels instead of computing all.

    Returns:
        uint8 [h, w, channels], upright; usually a view of `buffers`.

    Raises:
        InputError: The image is too large (too_large) or damaged (bad_image).
    """
    try:
        return _decode(data, channels, buffers, min_size)
    except ValueError as error:
        reason = _get_reason(error)
    from inference.decode.jpeg_repair import MAX_DECODES, repair

    for _ in range(MAX_DECODES - 1):
        data = repair(data, reason)
        if not data:
            break
        try:
            return _decode(data, channels, buffers, min_size)
        except ValueError as error:
            reason = _get_reason(error)
    raise bad_image_error(reason)


def _decode(
    data: bytes | bytearray, channels: int, buffers: Buffers, min_size: tuple[int, int] | None
) -> NDArray[np.uint8]:
    """Decode without repairs: raises ValueError for anything that libjpeg warns of."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data)
        header = read_header(data)
    except KeyError:  # sampling 4:4:1, which simplejpeg decodes but does not know in its header
        from inference.decode.jpeg_repair import rewrite_header

        data = rewrite_header(data)
        header = read_header(data)
        height, width = header.height, header.width
    except ValueError as error:
        if _UNKNOWN_SAMPLING not in str(error):
            raise
        return _decode_with_pillow(data, channels)
    _check_limits(data, header, height, width)
    turned = header.orientation >= 5
    reduced = None if min_size is None else _reduce_size(height, width, min_size[::-1] if turned else min_size)
    options = {"min_height": reduced[0], "min_width": reduced[1]} if reduced else {}
    pixels = buffers.array("pixels", (*(reduced or (height, width)), channels), np.uint8)
    simplejpeg.decode_jpeg(data, "GRAY" if channels == 1 else "RGB", fastdct=True, buffer=pixels, **options)
    return rotate_upright(pixels, header.orientation)


def _decode_with_pillow(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """Decode a rare sampling at full size. Raises ValueError as `_decode` does."""
    from inference.decode import pillow
    from inference.decode.jpeg_repair import has_end, rewrite_header

    data = rewrite_header(data)
    header = read_header(data)
    if not header.sampling:
        raise ValueError("its frame is not valid")
    _check_limits(data, header, header.height, header.width)
    if not has_end(data):
        raise ValueError("Premature end of JPEG file")  # libjpeg's words; Pillow ignores it
    pixels = pillow.decode_jpeg(rewrite_header(data, drop_metadata=True), channels, header.sampling)
    return rotate_upright(pixels, header.orientation)


def _check_limits(data: bytes | bytearray, header: JpegHeader, height: int, width: int) -> None:
    check_size(height, width)
    if has_too_many_scans(data, header):
        raise InputError(Code.TOO_LARGE, f"The JPEG has more than {MAX_SCANS} scans; save it with fewer.")


def _reduce_size(height: int, width: int, min_size: tuple[int, int]) -> tuple[int, int] | None:
    """Return the smallest fast size that is at least `min_size`, None if only the full size is."""
    for reduction in _REDUCTIONS:
        rows, columns = -(-height // reduction), -(-width // reduction)
        if rows >= min_size[0] and columns >= min_size[1]:
            return rows, columns
    return None


def _get_reason(error: ValueError) -> str:
    """Return libjpeg's message without the function's name that simplejpeg puts before it."""
    return str(error).rpartition("(): ")[2]
