"""JPEGs that are whole and yet refused, as libjpeg warns of them: what it warns of is taken out.

libjpeg tells its first warning only. Were that one overlooked, so would be the next, of a picture that is cut short.
"""

import re
from collections.abc import Iterator

from inference.decode.jpeg_header import MAX_SCANS, SEQUENTIAL, has_too_many_scans

# How often one image is decoded at most: as it is, again for its header's sake, and twice for what lies before its end,
# since libjpeg does not count the bytes that it has read ahead.
TRIES = 4

_STRAY = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
# Some phones leave the last three bytes of a scan's header as they are; sequential decoding ignores them.
_TRIFLES = ("unknown JFIF revision", "Invalid SOS parameters for sequential JPEG")

_MAX_SEGMENTS = 1000

# Whatever else comes before one is skipped: filler, zeros that make a 0xFF mean itself, restarts.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
_JFIF, _ADOBE, _SCAN, _START, _END = 0xE0, 0xEE, 0xDA, 0xD8, 0xD9
_TEXTS = {*range(0xE0, 0xF0), 0xFE} - {_JFIF, _ADOBE}


def repair(data: bytes | bytearray, reason: str) -> bytes:
    """The same picture without what `reason` (libjpeg's) complains of; empty when that is more than a trifle."""
    stray = _STRAY.search(reason)
    if stray and int(stray[2], 16) == _END:
        return _without_tail(data, int(stray[1]))
    if stray or any(trifle in reason for trifle in _TRIFLES):
        better = tidy(data)
        return better if better != data else b""
    return b""


def tidy(data: bytes | bytearray, *, only_pixels: bool = False) -> bytes:
    """The JPEG with nothing between its header's segments, which say what they must; empty when it cannot be read so.

    With `only_pixels` also without texts, profiles and Exif. What follows the first scan's header stays as it is.
    """
    parts, sequential = [b"\xff\xd8"], False
    for marker, _, start, end in _segments(data):
        segment = bytearray(b"\xff%c" % marker + data[start:end])
        if marker == _JFIF and segment[4:9] == b"JFIF\0" and len(segment) > 9:
            segment[9] = 1
        sequential = sequential or marker in SEQUENTIAL
        if marker == _SCAN and sequential:
            segment[-3:] = b"\x00\x3f\x00"
        if marker == _END:
            break
        if not (only_pixels and marker in _TEXTS):
            parts.append(bytes(segment))
        if marker == _SCAN:
            return b"".join([*parts, data[end:]])
    return b""


def has_an_end(data: bytes | bytearray) -> bool:
    """Whether the end of the image is marked."""
    return any(marker == _END for marker, *_ in _segments(data))


def _without_tail(data: bytes | bytearray, count: int) -> bytes:
    """`data` that ends `count` bytes before its end; empty when decoding it again would take too long."""
    if has_too_many_scans(data, MAX_SCANS // TRIES):
        return b""
    for marker, place, _, _ in _segments(data):
        if marker == _END:
            return bytes(data[:place]).rstrip(b"\xff")[:-count] + b"\xff\xd9"  # it does not count filler
    return b""


def _segments(data: bytes | bytearray) -> Iterator[tuple[int, int, int, int]]:
    """(marker, its place, start and end of its length and content) to the image's end, as libjpeg finds them.

    Scans' data is passed over. Ends early at a second start, where a length is not valid, and after _MAX_SEGMENTS.
    """
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, offset)
        if found is None or found[1][0] == _START:
            return
        marker, start = found[1][0], found.end()
        size = 0 if marker == _END else int.from_bytes(data[start : start + 2])
        offset = start + size
        if (size < 2 and marker != _END) or offset > len(data):
            return
        yield marker, found.start(), start, offset
        if marker == _END:
            return
