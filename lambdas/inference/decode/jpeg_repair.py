"""Repairs complete JPEGs that libjpeg warns of, by removing the cause of the warning.

libjpeg reports only its first warning. If that one were ignored, a second one, of a file that is cut short, would be
missed.
"""

import re

from inference.decode.jpeg_header import has_too_many_scans, read_header
from inference.decode.jpeg_segments import (
    APP0,
    APP14,
    COMMENT,
    END,
    SCAN,
    SEQUENTIAL_FRAMES,
    walk_segments,
)
from inference.decode.limits import MAX_SCANS

# How often an image is decoded at most: as it is, once more with a repaired header, and twice with bytes removed before
# its end, since libjpeg's count leaves out the bytes that it has read ahead.
MAX_DECODES = 4

_STRAY_BYTES = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
# Some phones leave the last three bytes of a scan's header undefined; sequential decoding ignores them.
_HARMLESS = ("unknown JFIF revision", "Invalid SOS parameters for sequential JPEG")

_METADATA = {*range(0xE0, 0xF0), COMMENT} - {APP0, APP14}  # APP0 and APP14 define the colour space


def repair(data: bytes | bytearray, reason: str) -> bytes:
    """Remove from a JPEG what libjpeg's warning complains of.

    Args:
        data: The JPEG.
        reason: libjpeg's warning.

    Returns:
        The same picture without it, empty if the warning may mean damage.
    """
    stray = _STRAY_BYTES.search(reason)
    if stray and int(stray[2], 16) == END:
        return _remove_stray_tail(data, int(stray[1]))
    if stray or any(warning in reason for warning in _HARMLESS):
        repaired = rewrite_header(data)
        return repaired if repaired != data else b""
    return b""


def rewrite_header(data: bytes | bytearray, *, drop_metadata: bool = False) -> bytes:
    """Write the header anew: without bytes between segments, and with the values that the standard demands.

    Args:
        data: The JPEG.
        drop_metadata: Also leave out comments, profiles and Exif.

    Returns:
        The JPEG, unchanged from its first scan's data on; empty if the header cannot be read.
    """
    parts, is_sequential = [b"\xff\xd8"], False
    for marker, offset, end in walk_segments(data):
        if marker == END:
            break
        segment = bytearray(data[offset:end])
        if marker == APP0 and segment[4:9] == b"JFIF\0" and len(segment) > 9:
            segment[9] = 1  # major version
        is_sequential = is_sequential or marker in SEQUENTIAL_FRAMES
        if marker == SCAN and is_sequential:
            segment[-3:] = b"\x00\x3f\x00"  # Ss, Se, Ah and Al of a sequential scan
        if not (drop_metadata and marker in _METADATA):
            parts.append(bytes(segment))
        if marker == SCAN:
            return b"".join([*parts, data[end:]])
    return b""


def has_end(data: bytes | bytearray) -> bool:
    """Return whether the JPEG has an end marker."""
    return any(segment.marker == END for segment in walk_segments(data))


def _remove_stray_tail(data: bytes | bytearray, count: int) -> bytes:
    """Return `data` without `count` bytes before its end, empty if decoding it again would take too long."""
    if has_too_many_scans(data, read_header(data), MAX_SCANS // MAX_DECODES):
        return b""
    for segment in walk_segments(data):
        if segment.marker == END:
            # libjpeg's count leaves out filler before the marker.
            return bytes(data[: segment.offset]).rstrip(b"\xff")[:-count] + b"\xff\xd9"
    return b""
