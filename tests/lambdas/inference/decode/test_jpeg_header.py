"""Reading a JPEG's header, and deciding when its scans have to be counted."""

import io
import struct
from typing import Any

import pytest
import simplejpeg
from PIL import Image

from inference.decode import jpeg_header
from inference.decode.jpeg_header import read_header
from inference.decode.limits import MAX_SCANS

SCAN = b"\xff\xda"


def encode(mode: str = "RGB", **options: Any) -> bytes:
    image = Image.radial_gradient("L").resize((64, 48)).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def with_scans(data: bytes, before: bytes = b"") -> bytes:
    """Return `data` with its last scan repeated more often than allowed; `before` follows the start marker."""
    last = data[data.rindex(SCAN) : -2]
    return data[:2] + before + data[2:-2] + last * (MAX_SCANS + 1) + data[-2:]


def has_too_many_scans(data: bytes | bytearray) -> bool:
    return jpeg_header.has_too_many_scans(data, read_header(data))


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"restart_marker_blocks": 1}, {"comment": b"x" * 200}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_scans_of_single_scan_file_are_not_counted(mode: str, options: dict[str, Any]) -> None:
    """Bytes that look like scans after the first one do not count; real ones are refused by libjpeg."""
    data = encode(mode, **options)
    assert not has_too_many_scans(data + SCAN * 100)
    with pytest.raises(ValueError, match="more than one scan"):
        simplejpeg.decode_jpeg(with_scans(data))


def test_scans_of_progressive_file_are_counted() -> None:
    data = encode(progressive=True)
    assert not has_too_many_scans(data)
    assert has_too_many_scans(with_scans(data))
    assert has_too_many_scans(bytearray(with_scans(data)))


def comment(content: bytes) -> bytes:
    return b"\xff\xfe" + struct.pack(">H", len(content) + 2) + content


@pytest.mark.parametrize(
    ("before", "place"), [(b"\xff", 65280), (b"\xff\x01", 66047), (b"\xff\xd0", 66047)], ids=["filler", "TEM", "RST0"]
)
def test_decoy_header_in_comment_is_not_read(before: bytes, place: int) -> None:
    """A reader that expects a length after any marker continues in the comments, at `place`.

    A sequential frame and its scan are there, while libjpeg continues to a progressive frame with many scans.
    """
    sequential = encode()
    frame = sequential.index(b"\xff\xc0")
    decoy = sequential[frame : frame + 19] + sequential[sequential.index(SCAN) :][:14]
    comments = bytearray(comment(bytes(65533)) + comment(bytes(2000)))
    comments[65534:65537] = b"\xff\xfe\x01"  # a comment's marker where the wrong reading continues first
    comments[place : place + len(decoy)] = decoy
    hostile = with_scans(encode(progressive=True), before + comments)
    assert simplejpeg.decode_jpeg(hostile, strict=False).shape == (48, 64, 3)
    assert has_too_many_scans(hostile)


@pytest.mark.parametrize(
    "before", [b"\x00\x00", b"\xff\x00", b"\xff\xe1\x00\x02", b"\xff\xe1\x00\x01", comment(SCAN * 9)]
)
def test_scans_are_counted_after_any_first_bytes(before: bytes) -> None:
    assert has_too_many_scans(with_scans(encode(progressive=True), before))


def test_scans_are_counted_if_first_scan_lacks_components() -> None:
    data = bytearray(encode())
    data[data.index(SCAN) + 4] = 1
    assert has_too_many_scans(data + SCAN * 100)


@pytest.mark.parametrize("length", range(0, 700, 7))
def test_header_that_ends_early_has_defaults(length: int) -> None:
    data = encode()[:length]
    assert not has_too_many_scans(data)
    assert read_header(data).orientation == 1


def test_orientation_is_read_from_first_exif_block() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_header(encode(exif=exif)).orientation == 6
    assert read_header(encode(exif=exif, progressive=True, comment=b"x")).orientation == 6
    assert read_header(encode()).orientation == 1


def test_size_and_sampling_are_read_from_frame() -> None:
    header = read_header(encode())
    assert header.height == 48
    assert header.width == 64
    assert header.sampling == [(2, 2), (1, 1), (1, 1)]
    assert header.has_single_scan
