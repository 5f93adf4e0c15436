"""What the repair of a JPEG may take: the limits hold, and hostile files take no time."""

from time import process_time

import pytest
import simplejpeg

from inference.decode.jpeg_header import MAX_SCANS
from inference.decode.jpeg_repair import TRIES, repair
from inference.errors import Code, InputError
from tests.support.lambdas.imperfect_jpegs import END, all_at_once, picture, segments
from tests.support.lambdas.pictures import decode


def test_the_size_is_checked_before_any_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    data = all_at_once(picture("plain"))
    frame = data.index(b"\xff\xc0")
    with pytest.raises(InputError, match="5001 x 5001 pixels"):
        decode(data[: frame + 5] + b"\x13\x89\x13\x89" + data[frame + 9 :], 3)


def test_many_scans_are_counted_before_any_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    data = all_at_once(picture("progressive"))
    with pytest.raises(InputError, match=f"more than {MAX_SCANS} scans"):
        decode(data[:-2] + data[data.rindex(b"\xff\xda") : -2] * MAX_SCANS + END, 3)


def test_what_takes_long_is_not_done_again() -> None:
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    few, many = (picture("progressive")[:-2] + scan * count + bytes(50) + END for count in (1, MAX_SCANS // TRIES))
    assert repair(few, "Corrupt JPEG data: 42 extraneous bytes before marker 0xd9")
    assert not repair(many, "Corrupt JPEG data: 42 extraneous bytes before marker 0xd9")


@pytest.mark.parametrize(
    "filling",
    [b"\xff", b"\xff\0", b"a", b"\xff\xd0", b"\xff\xe1\0\2", b"\xff\xff\0"],
    ids=lambda filling: filling.hex(),
)
@pytest.mark.parametrize("place", ["header", "end"])
def test_much_that_is_stray_takes_no_time(place: str, filling: bytes) -> None:
    """Ten megabytes of it."""
    data, much = picture("plain"), filling * (10_000_000 // len(filling))
    at = segments(data)[1] if place == "header" else len(data) - 2
    data = data[:at] + b"stray" + much + b"stray" + data[at:]
    start = process_time()
    try:
        decode(data, 3)
    except InputError as fault:
        assert fault.code is Code.BAD_IMAGE
    assert process_time() - start < 3
