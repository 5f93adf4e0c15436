"""Bytes of an image to the array that a model takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.decode import jpeg
from inference.decode.buffers import Scratch, lent
from inference.decode.png import SIGNATURE
from inference.errors import Code, InputError
from inference.preprocess.resize import resize

DECODE_MODES = ("exact", "fast")


@dataclass(frozen=True, slots=True)
class Input:
    """What a model takes: float32 [1, height, width, channels], each value pixel (0..255) * scale + offset.

    `decode` is "exact" (all pixels, as TensorFlow's DecodeJpeg computes them) or "fast" (JPEGs decoded at the smallest
    scale that is enough). Raises ValueError for another word.
    """

    height: int
    width: int
    channels: int
    scale: float
    offset: float
    decode: str = "exact"

    def __post_init__(self) -> None:
        if self.decode not in DECODE_MODES:
            raise ValueError(f"its input's decode is {self.decode!r}; it must be one of: {', '.join(DECODE_MODES)}")


def decode(
    data: bytes | bytearray, channels: int, scratch: Scratch, enough: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """uint8 [h, w, channels] of a JPEG, PNG or WEBP image; channels 1 (greyscale) or 3 (RGB).

    Known by its first bytes, never by a name or a content type. Orientation is applied, transparency laid over white.
    A JPEG's pixels lie in `scratch`, and are fewer where `enough` (height, width) allows it. Raises InputError
    (unsupported_image, too_large, bad_image).
    """
    if data[:3] == b"\xff\xd8\xff":
        return jpeg.decode(data, channels, scratch, enough)
    if data[:8] == SIGNATURE:
        from inference.decode import pillow

        return pillow.decode_png(data, channels)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        from inference.decode import pillow

        return pillow.decode_webp(data, channels)
    what = "is not an image in one of these formats" if data else "is empty"
    raise InputError(Code.UNSUPPORTED_IMAGE, f"What lies at the address {what}; send a JPEG, PNG or WEBP image.")


def prepare(data: bytes | bytearray, wanted: Input) -> NDArray[np.float32]:
    """float32 [1, h, w, c] of an image's bytes, as `wanted` says. Raises as `decode`."""
    enough = (wanted.height, wanted.width) if wanted.decode == "fast" else None
    with lent() as scratch:
        array = resize(decode(data, wanted.channels, scratch, enough), wanted.height, wanted.width, scratch)
    if wanted.scale != 1.0:
        array *= np.float32(wanted.scale)
    if wanted.offset != 0.0:
        array += np.float32(wanted.offset)
    return array[None]
