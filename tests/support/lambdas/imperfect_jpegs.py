"""JPEGs with trifles that libjpeg warns of: bytes that belong to nothing, a revision that nobody knows."""

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


def picture(kind: str, **more: Any) -> bytes:
    mode, options = KINDS[kind]
    noise = np.random.default_rng(5).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return encode(Image.fromarray(noise).resize((120, 90)).convert(mode), "JPEG", **options, **more)


def segments(data: bytes) -> list[int]:
    """Where each segment of the header begins, up to the first scan's."""
    places = [2]
    while data[places[-1] + 1] != 0xDA:
        places.append(places[-1] + 2 + struct.unpack_from(">H", data, places[-1] + 2)[0])
    return places


def revised(data: bytes, revision: bytes) -> bytes:
    assert data[6:11] == b"JFIF\0"
    return data[:11] + revision + data[13:]


def all_at_once(data: bytes) -> bytes:
    for place in reversed(segments(data)[1:]):
        data = data[:place] + b"ab" + data[place:]
    return revised(data, b"\0\0")[:-2] + bytes(100) + END
