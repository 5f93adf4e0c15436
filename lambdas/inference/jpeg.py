"""JPEG bytes to pixels, as TensorFlow's DecodeJpeg reads them."""

from collections.abc import Iterator

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.exif import orientation, upright
from inference.faults import Code, PermanentFault
from inference.pixels import check_size, damaged

# Each scan of a progressive JPEG passes over the whole image, and a scan may be a few bytes: cameras write about 10.
MAX_SCANS = 64
_MAX_SEGMENTS = 1000


def decode(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 (luminance) or 3 (RGB; greyscale repeated, CMYK converted), upright.

    Raises PermanentFault (too_large, unsupported_image, bad_image).
    """
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        raise damaged(_reason(error)) from None
    check_size(int(height), int(width))
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise PermanentFault(Code.TOO_LARGE, f"The JPEG has more than {MAX_SCANS} scans; save it with fewer.")
    try:
        pixels = simplejpeg.decode_jpeg(data, "GRAY" if channels == 1 else "RGB", fastdct=True)
    except ValueError as error:
        raise damaged(_reason(error)) from None
    return upright(pixels, _orientation(data))


def _reason(error: ValueError) -> str:
    return str(error).rpartition("(): ")[2]


def _orientation(data: bytes | bytearray) -> int:
    return next((orientation(block) for block in _exif_blocks(data)), 1)


def _exif_blocks(data: bytes | bytearray) -> Iterator[bytes]:
    """The Exif blocks among the segments before the first scan."""
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        marker, size = data[offset : offset + 2], int.from_bytes(data[offset + 2 : offset + 4])
        if len(marker) < 2 or marker[0] != 0xFF or marker[1] in (0xDA, 0xD9) or size < 2:
            return
        if marker[1] == 0xE1 and data[offset + 4 : offset + 10] == b"Exif\0\0":
            yield bytes(data[offset + 4 : offset + 2 + size])
        offset += 2 + size
