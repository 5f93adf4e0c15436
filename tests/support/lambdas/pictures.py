"""Test images of every format, and their pixels as the product decodes them."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.decode.buffers import Buffers
from inference.decode.image import decode_image

RED, GREEN, BLUE = (200, 30, 40), (20, 180, 60), (10, 40, 220)


def decode(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """Return uint8 [h, w, channels] with buffers of its own."""
    return decode_image(data, channels, Buffers())


def photo(mode: str = "RGB", size: tuple[int, int] = (40, 24)) -> Image.Image:
    """Return a smooth image, which lossy formats change little."""
    across, down = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def encode(image: Image.Image, format_: str, **options: Any) -> bytes:
    """Return the image as a file, with Pillow's `options` of that format."""
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 8, kind: int = 2) -> bytes:
    """Return a PNG with these chunks between IHDR and IEND, which may be invalid."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        parts.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)
