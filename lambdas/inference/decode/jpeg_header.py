"""The size, sampling, orientation and number of scans of a JPEG, read from the segments before its first scan."""

from dataclasses import dataclass

from inference.decode.exif import read_orientation
from inference.decode.jpeg_segments import APP1, CONTENT_OFFSET, FRAMES, SCAN, SEQUENTIAL_FRAMES, walk_header
from inference.decode.limits import MAX_SCANS

_EXIF_PREFIX = b"Exif\0\0"


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """The parts of a JPEG's header that decoding needs.

    Attributes:
        height: Rows; 0 without a valid frame.
        width: Columns; 0 without a valid frame.
        sampling: (horizontal, vertical) sampling factors of each component, 1 to 4; empty without a valid frame.
        orientation: EXIF orientation, 1 to 8, of the first Exif block; 1 (upright) without one.
        has_single_scan: Whether the frame is sequential and its first scan has all components. libjpeg then refuses a
            second scan.
    """

    height: int
    width: int
    sampling: list[tuple[int, int]]
    orientation: int
    has_single_scan: bool


def read_header(data: bytes | bytearray) -> JpegHeader:
    """Read the header of a JPEG, which may be damaged. Missing parts have the defaults that `JpegHeader` states."""
    frame: bytes | bytearray | None = None
    exif: bytes | bytearray | None = None
    components = 0
    has_single_scan = False
    for marker, offset, end in walk_header(data):
        content = offset + CONTENT_OFFSET
        if marker in FRAMES:
            if frame is None:
                frame = data[content:end]
            if marker in SEQUENTIAL_FRAMES:
                components = data[content + 5] if end > content + 5 else 0
        elif marker == APP1 and exif is None and data.startswith(_EXIF_PREFIX, content, end):
            exif = data[content:end]
        elif marker == SCAN:
            has_single_scan = content < end and 0 < components == data[content]
    height, width, sampling = _parse_frame(frame or b"")
    orientation = read_orientation(bytes(exif)) if exif is not None else 1
    return JpegHeader(height, width, sampling, orientation, has_single_scan)


def has_too_many_scans(data: bytes | bytearray, header: JpegHeader, limit: int = MAX_SCANS) -> bool:
    """Return whether decoding may pass over the image more than `limit` times.

    Args:
        data: The JPEG.
        header: Its header. For the usual kind of file it makes counting unnecessary, which takes as long as resizing.
        limit: The most scans that are allowed.
    """
    return not header.has_single_scan and data.count(b"\xff\xda") > limit


def _parse_frame(content: bytes | bytearray) -> tuple[int, int, list[tuple[int, int]]]:
    sampling = [(factors >> 4, factors & 15) for factors in content[7::3]]
    is_complete = len(sampling) > 0 and len(content) == 6 + 3 * content[5]
    if is_complete and all(1 <= factor <= 4 for factors in sampling for factor in factors):
        return int.from_bytes(content[1:3]), int.from_bytes(content[3:5]), sampling
    return 0, 0, []
