"""What is read in a JPEG's header, and when its scans need not be counted."""

import io
import struct
from typing import Any

import pytest
import simplejpeg
from PIL import Image

from inference.decode.jpeg_header import MAX_SCANS, has_too_many_scans, turned

SCAN = b"\xff\xda"


def encode(mode: str = "RGB", **options: Any) -> bytes:
    image = Image.radial_gradient("L").resize((64, 48)).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def with_scans(data: bytes, before: bytes = b"") -> bytes:
    """`data` with far more scans than are allowed, the last one over and over; `before` comes first."""
    last = data[data.rindex(SCAN) : -2]
    return data[:2] + before + data[2:-2] + last * (MAX_SCANS + 1) + data[-2:]


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"restart_marker_blocks": 1}, {"comment": b"x" * 200}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_in_a_file_of_one_scan_they_are_not_counted(mode: str, options: dict[str, Any]) -> None:
    """What looks like scans after the first is no reason to refuse it, or libjpeg refuses it by itself."""
    data = encode(mode, **options)
    assert not has_too_many_scans(data + SCAN * 100)
    with pytest.raises(ValueError, match="more than one scan"):
        simplejpeg.decode_jpeg(with_scans(data))


def test_in_a_progressive_file_they_are_counted() -> None:
    data = encode(progressive=True)
    assert not has_too_many_scans(data)
    assert has_too_many_scans(with_scans(data))
    assert has_too_many_scans(bytearray(with_scans(data)))


def comment(content: bytes) -> bytes:
    return b"\xff\xfe" + struct.pack(">H", len(content) + 2) + content


@pytest.mark.parametrize(
    ("before", "place"), [(b"\xff", 65280), (b"\xff\x01", 66047), (b"\xff\xd0", 66047)], ids=["filler", "TEM", "RST0"]
)
def test_a_decoy_is_not_taken_for_the_header(before: bytes, place: int) -> None:
    """Whoever reads a length where a marker has none lands in the comments behind it, at `place`.

    A sequential frame and its scan lie there, while libjpeg goes on to a progressive frame of many scans.
    """
    sequential = encode()
    frame = sequential.index(b"\xff\xc0")
    decoy = sequential[frame : frame + 19] + sequential[sequential.index(SCAN) :][:14]
    comments = bytearray(comment(bytes(65533)) + comment(bytes(2000)))
    comments[65534:65537] = b"\xff\xfe\x01"  # where the wrong reading comes by first: a comment's marker
    comments[place : place + len(decoy)] = decoy
    hostile = with_scans(encode(progressive=True), before + comments)
    assert simplejpeg.decode_jpeg(hostile, strict=False).shape == (48, 64, 3)
    assert has_too_many_scans(hostile)


@pytest.mark.parametrize(
    "before", [b"\x00\x00", b"\xff\x00", b"\xff\xe1\x00\x02", b"\xff\xe1\x00\x01", comment(SCAN * 9)]
)
def test_whatever_comes_first_scans_are_counted(before: bytes) -> None:
    assert has_too_many_scans(with_scans(encode(progressive=True), before))


def test_a_frame_and_a_scan_that_differ_in_their_components_are_counted() -> None:
    data = bytearray(encode())
    data[data.index(SCAN) + 4] = 1
    assert has_too_many_scans(data + SCAN * 100)


@pytest.mark.parametrize("length", range(0, 700, 7))
def test_a_header_that_ends_early_is_no_error(length: int) -> None:
    data = encode()[:length]
    assert not has_too_many_scans(data)
    assert turned(data) == 1


def test_the_first_exif_block_says_how_it_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert turned(encode(exif=exif)) == 6
    assert turned(encode(exif=exif, progressive=True, comment=b"x")) == 6
    assert turned(encode()) == 1
