"""JPEGs with harmless flaws that libjpeg warns of: stray bytes and an unknown revision of JFIF."""

import struct
from typing import Any

import numpy as np
from PIL import Image

from tests.support.lambdas.pictures import encode

END = b"\xff\xd9"
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("RGB", {}),
    "grey": ("L", {}),
    "inks": ("CMYK", {}),
    "progressive": ("RGB", {"progressive": True}),
    "restarts": ("RGB", {"restart_marker_blocks": 3}),
    "no subsampling": ("RGB", {"subsampling": 0, "comment": b"made here"}),
}


def encode_noise(kind: str, **options: Any) -> bytes:
    """Return a JPEG of blurred noise, 120 x 90, of one of the KINDS."""
    mode, kind_options = KINDS[kind]
    noise = np.random.default_rng(5).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return encode(Image.fromarray(noise).resize((120, 90)).convert(mode), "JPEG", **kind_options, **options)


def find_header_segments(data: bytes) -> list[int]:
    """Return the position of each segment of the header, up to and including the first scan's."""
    positions = [2]
    while data[positions[-1] + 1] != 0xDA:
        positions.append(positions[-1] + 2 + struct.unpack_from(">H", data, positions[-1] + 2)[0])
    return positions


def with_revision(data: bytes, revision: bytes) -> bytes:
    """Return `data` with another revision (two bytes) of JFIF."""
    assert data[6:11] == b"JFIF\0"
    return data[:11] + revision + data[13:]


def with_all_flaws(data: bytes) -> bytes:
    """Return `data` with stray bytes between its segments and before its end, and an unknown revision of JFIF."""
    for position in reversed(find_header_segments(data)[1:]):
        data = data[:position] + b"ab" + data[position:]
    return with_revision(data, b"\0\0")[:-2] + bytes(100) + END
