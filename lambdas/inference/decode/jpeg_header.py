"""What a JPEG's segments say before its first scan."""

from collections.abc import Iterator

from inference.decode.exif import orientation

# Each scan of a progressive JPEG passes over the whole image, and a scan may be a few bytes: cameras write about 10.
MAX_SCANS = 64
_MAX_SEGMENTS = 1000

_EXIF, _SCAN = 0xE1, 0xDA
SEQUENTIAL = {0xC0, 0xC1}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x00, 0x01, *range(0xD0, 0xDA), 0xFF}


def has_too_many_scans(data: bytes | bytearray, most: int = MAX_SCANS) -> bool:
    """Whether decoding may pass over the image more than `most` times."""
    # Looking through a large file takes as long as resizing it, so that the usual kind is spared it.
    return not _is_one_scan(data) and data.count(b"\xff\xda") > most


def turned(data: bytes | bytearray) -> int:
    """EXIF orientation, 1 to 8, by the first Exif block; 1 (upright) without one."""
    for marker, content in _segments(data):
        if marker == _EXIF and content[:6] == b"Exif\0\0":
            return orientation(bytes(content))
    return 1


def frame(data: bytes | bytearray) -> tuple[int, int, list[tuple[int, int]]]:
    """Height, width, and how often each component is sampled across and down (1 to 4).

    Without a frame, or with one that is not valid, 0, 0 and none.
    """
    for marker, content in _segments(data):
        if marker in _FRAMES:
            sampled = [(factors >> 4, factors & 15) for factors in content[7::3]]
            whole = len(sampled) > 0 and len(content) == 6 + 3 * content[5]
            if whole and all(1 <= times <= 4 for factors in sampled for times in factors):
                return int.from_bytes(content[1:3]), int.from_bytes(content[3:5]), sampled
            break
    return 0, 0, []


def _is_one_scan(data: bytes | bytearray) -> bool:
    """Whether the image is sequential and its first scan has all its components: libjpeg then refuses a second scan."""
    components = 0
    for marker, content in _segments(data):
        if marker in SEQUENTIAL:
            components = content[5] if len(content) > 5 else 0
        elif marker == _SCAN:
            return 0 < components == content[0] if content else False
    return False


def _segments(data: bytes | bytearray) -> Iterator[tuple[int, bytes | bytearray]]:
    """(marker, content) of each segment up to the first scan's header.

    Ends early where decoders differ in what they skip: at filler, at garbage and at markers without a length.
    """
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        head = data[offset : offset + 4]
        size = int.from_bytes(head[2:])
        if len(head) < 4 or head[0] != 0xFF or head[1] in _WITHOUT_LENGTH or size < 2:
            return
        yield head[1], data[offset + 4 : offset + 2 + size]
        if head[1] == _SCAN:
            return
        offset += 2 + size
