"""The size of a WEBP image, read from its header before a decoder reserves memory for it."""

import struct

from inference.decode.limits import damaged


def size(data: bytes | bytearray) -> tuple[int, int]:
    """Height and width of the canvas. Raises InputError (bad_image)."""
    if len(data) < 30:
        raise damaged("it ends early")
    kind = bytes(data[12:16])
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return height, width
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return height & 0x3FFF, width & 0x3FFF
    raise damaged("its header is not valid")
