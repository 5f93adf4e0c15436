"""PNG reduced to what holds pixels, before a decoder sees it."""

import struct

from inference.decode.limits import check_size, damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_MAX_CHUNKS = 20_000


def reduce(data: bytes | bytearray) -> tuple[bytes, bytes]:
    """The PNG with only its pixels' chunks, and its Exif block (empty when it has none).

    Text, colour profiles and animation frames go: they may unpack to a thousand times their size, and the labels do not
    depend on them. Raises InputError (too_large, bad_image).
    """
    view = memoryview(data)
    kept: list[bytes | memoryview] = [SIGNATURE]
    exif = b""
    offset = len(SIGNATURE)
    for index in range(_MAX_CHUNKS):
        if offset + 12 > len(view):
            raise damaged("it ends early")
        size, kind = struct.unpack_from(">I4s", view, offset)
        end = offset + 12 + size
        if end > len(view):
            raise damaged("it ends early")
        if (kind == b"IHDR") != (index == 0) or (index == 0 and size != 13):
            raise damaged("its header is not valid")
        if index == 0:
            width, height = struct.unpack_from(">II", view, offset + 8)
            check_size(height, width)
        if kind in _KEPT:
            kept.append(view[offset:end])
        elif kind == b"eXIf":
            exif = bytes(view[offset + 8 : end - 4])
        if kind == b"IEND":
            return b"".join(kept), exif
        offset = end
    raise damaged(f"it has more than {_MAX_CHUNKS:,} parts")
