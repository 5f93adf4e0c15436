"""Limits of repairing a JPEG: they are checked first, and hostile files take little time."""

from time import process_time

import pytest
import simplejpeg

from inference.decode.jpeg_repair import MAX_DECODES, repair
from inference.decode.limits import MAX_SCANS
from inference.errors import Code, InputError
from tests.support.lambdas.imperfect_jpegs import END, encode_noise, find_header_segments, with_all_flaws
from tests.support.lambdas.pictures import decode


def test_size_is_checked_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    data = with_all_flaws(encode_noise("plain"))
    frame = data.index(b"\xff\xc0")
    with pytest.raises(InputError, match="5001 x 5001 pixels"):
        decode(data[: frame + 5] + b"\x13\x89\x13\x89" + data[frame + 9 :], 3)


def test_scans_are_counted_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    data = with_all_flaws(encode_noise("progressive"))
    with pytest.raises(InputError, match=f"more than {MAX_SCANS} scans"):
        decode(data[:-2] + data[data.rindex(b"\xff\xda") : -2] * MAX_SCANS + END, 3)


def test_file_with_many_scans_is_not_repaired() -> None:
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    few, many = (
        encode_noise("progressive")[:-2] + scan * count + bytes(50) + END for count in (1, MAX_SCANS // MAX_DECODES)
    )
    assert repair(few, "Corrupt JPEG data: 42 extraneous bytes before marker 0xd9")
    assert not repair(many, "Corrupt JPEG data: 42 extraneous bytes before marker 0xd9")


@pytest.mark.parametrize(
    "filling",
    [b"\xff", b"\xff\0", b"a", b"\xff\xd0", b"\xff\xe1\0\2", b"\xff\xff\0"],
    ids=lambda filling: filling.hex(),
)
@pytest.mark.parametrize("place", ["header", "end"])
def test_ten_megabytes_of_stray_bytes_take_little_time(place: str, filling: bytes) -> None:
    data, stray = encode_noise("plain"), filling * (10_000_000 // len(filling))
    position = find_header_segments(data)[1] if place == "header" else len(data) - 2
    data = data[:position] + b"stray" + stray + b"stray" + data[position:]
    start = process_time()
    try:
        decode(data, 3)
    except InputError as error:
        assert error.code is Code.BAD_IMAGE
    assert process_time() - start < 3
