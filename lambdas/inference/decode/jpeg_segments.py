"""The segments of a JPEG: where each marker is and how far its segment reaches.

Source: ITU-T T.81 (JPEG), annex B; for damaged files, next_marker and read_markers in jdmarker.c of libjpeg-turbo.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# The last byte of a marker; the first is 0xFF.
APP0, APP1, APP14, COMMENT = 0xE0, 0xE1, 0xEE, 0xFE
SCAN, START, END = 0xDA, 0xD8, 0xD9
SEQUENTIAL_FRAMES = {0xC0, 0xC1}
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}

# From a marker to the content of its segment.
CONTENT_OFFSET = 4

_MAX_SEGMENTS = 1000
# Skips filler (0xFF), escaped 0xFF (followed by 0x00), TEM and restarts, which have no segment.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")


class Segment(NamedTuple):
    """One segment: marker (2 bytes), length (2 bytes) and content.

    Attributes:
        marker: The last byte of the marker.
        offset: The position of the marker.
        end: The position after the segment. The end of the image (END) has neither length nor content.
    """

    marker: int
    offset: int
    end: int


def walk_segments(data: bytes | bytearray) -> Iterator[Segment]:
    """Yield the segments as libjpeg finds them, up to and including the end of the image.

    Bytes between segments and the data of scans are skipped. The walk ends early at a second start of an image, at a
    segment whose length is not valid or exceeds the file, and after 1,000 segments.
    """
    position = 2
    for _ in range(_MAX_SEGMENTS):
        match = _MARKER.search(data, position)
        if match is None or match[1][0] == START:
            return
        marker, offset, after_marker = match[1][0], match.start(), match.end()
        if marker == END:
            yield Segment(marker, offset, after_marker)
            return
        length = int.from_bytes(data[after_marker : after_marker + 2])
        position = after_marker + length
        if length < 2 or position > len(data):
            return
        yield Segment(marker, offset, position)


def walk_header(data: bytes | bytearray) -> Iterator[Segment]:
    """Yield the segments that follow each other directly, up to and including the header of the first scan.

    The walk ends early where decoders differ in what they skip: at filler, at other bytes between segments and at
    markers without a length.
    """
    position = 2
    for segment in walk_segments(data):
        if segment.offset != position or segment.marker == END:
            return
        yield segment
        if segment.marker == SCAN:
            return
        position = segment.end
