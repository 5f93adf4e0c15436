"""Image file to pixels: chooses the decoder by the first bytes."""

import numpy as np
from numpy.typing import NDArray

from inference.decode import jpeg
from inference.decode.buffers import Buffers
from inference.errors import Code, InputError

_JPEG_SIGNATURE = b"\xff\xd8\xff"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def decode_image(
    data: bytes | bytearray, channels: int, buffers: Buffers, min_size: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """Decode a JPEG, PNG or WEBP file, recognized by its first bytes, never by a name or a content type.

    Args:
        data: The bytes of the file.
        channels: 1 (luminance) or 3 (red, green, blue).
        buffers: Memory for a JPEG's pixels; the result may be a view of it.
        min_size: If given, a JPEG may be decoded at a reduced scale of at least this (height, width).

    Returns:
        uint8 [h, w, channels], upright (EXIF orientation applied), with transparent parts over white.

    Raises:
        InputError: The file is not a supported image (unsupported_image), too large (too_large) or damaged (bad_image).
    """
    if data[:3] == _JPEG_SIGNATURE:
        return jpeg.decode(data, channels, buffers, min_size)
    # Pillow takes a while to import, so only files that need it do.
    if data[:8] == _PNG_SIGNATURE:
        from inference.decode import pillow

        return pillow.decode_png(data, channels)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        from inference.decode import pillow

        return pillow.decode_webp(data, channels)
    problem = "is not an image in a supported format" if data else "is empty"
    raise InputError(Code.UNSUPPORTED_IMAGE, f"The file at the address {problem}; send a JPEG, PNG or WEBP image.")
