"""Complete JPEGs that libjpeg warns of are repaired; damaged ones that look like them are rejected."""

from typing import Any

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from inference.decode.jpeg_repair import MAX_DECODES
from inference.errors import Code, InputError
from tests.support.lambdas.imperfect_jpegs import (
    END,
    KINDS,
    encode_noise,
    find_header_segments,
    with_all_flaws,
    with_revision,
)
from tests.support.lambdas.pictures import decode

STRAYS = {
    "a byte": b"\0",
    "a few bytes": b"abcdefghijkl",
    "a page of zeros": bytes(4096),
    "escaped 0xFF": b"\xff\0" * 30,
    "filler": b"ab" * 10 + b"\xff" * 7,
}


def assert_same_pixels(flawed: bytes, sound: bytes) -> None:
    """Check that libjpeg warns of `flawed`, and that it is decoded like `sound`."""
    with pytest.raises(ValueError):
        simplejpeg.decode_jpeg(flawed)
    for channels in (1, 3):
        np.testing.assert_array_equal(decode(flawed, channels), decode(sound, channels))
        np.testing.assert_array_equal(decode(bytearray(flawed), channels), decode(sound, channels))


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_stray_bytes_before_end_change_nothing(kind: str, stray: str) -> None:
    data = encode_noise(kind)
    longer = data[:-2] + bytes(8) + STRAYS[stray] + END + b"bytes after the end" + END
    assert_same_pixels(longer, data)


@pytest.mark.parametrize("stray", [b"\0", b"abc", b"\xff\0\xff\0", b"abc\xff\xff"])
@pytest.mark.parametrize("kind", KINDS)
def test_stray_bytes_between_header_segments_change_nothing(kind: str, stray: bytes) -> None:
    data = encode_noise(kind)
    for position in find_header_segments(data)[1:]:
        assert_same_pixels(data[:position] + stray + data[position:], data)


@pytest.mark.parametrize("revision", [b"\0\0", b"\2\1", b"\xff\xff"])
def test_unknown_jfif_revision_changes_nothing(revision: bytes) -> None:
    data = encode_noise("plain")
    assert_same_pixels(with_revision(data, revision), data)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "progressive"])  # where the parameters matter
@pytest.mark.parametrize("parameters", [bytes(3), b"\x01\x3f\x00", b"\x00\x3f\x11"])
def test_parameters_of_sequential_scan_change_nothing(kind: str, parameters: bytes) -> None:
    data = encode_noise(kind)
    scan = find_header_segments(data)[-1]
    end = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4])
    assert_same_pixels(data[: end - 3] + parameters + data[end:], data)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "inks"])  # which has no JFIF segment
def test_all_flaws_together_change_nothing(kind: str) -> None:
    data = encode_noise(kind)
    assert_same_pixels(with_all_flaws(data), data)


def test_orientation_of_repaired_image_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode_noise("plain", exif=exif)
    np.testing.assert_array_equal(decode(with_all_flaws(data), 3), decode(data, 3))


def count_decodes(data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often simplejpeg decodes while `data` is decoded."""
    calls: list[bytes] = []
    decode_jpeg = simplejpeg.decode_jpeg

    def record(jpeg: bytes, *arguments: Any, **options: Any) -> Any:
        calls.append(jpeg)
        return decode_jpeg(jpeg, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(simplejpeg, "decode_jpeg", record)
        decode(data, 3)
    return len(calls)


@pytest.mark.parametrize("kind", KINDS)
def test_sound_image_is_decoded_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.decode.jpeg_repair.repair", pytest.fail)
    assert count_decodes(encode_noise(kind), monkeypatch) == 1


def test_repair_decodes_no_more_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    for length in range(1, 40):
        data = encode_noise("plain")[:-2] + bytes(length) + END
        assert count_decodes(data, monkeypatch) <= MAX_DECODES - 1


def assert_rejected(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=rf"damaged or cut short \(.*{reason}.*\); export") as rejected:
        decode(data, 3)
    assert rejected.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize("part", [0.6, 0.9])
@pytest.mark.parametrize("kind", KINDS)
def test_flawed_and_truncated_image_is_rejected(kind: str, part: float) -> None:
    data = encode_noise(kind)
    position = find_header_segments(data)[1]
    cut = (data[:position] + b"stray" + data[position:])[: int(len(data) * part)]
    assert_rejected(cut, "Premature end of JPEG file")
    if kind != "restarts":
        assert_rejected(cut + END, "premature end of data segment")


def test_stray_bytes_do_not_hide_missing_data() -> None:
    """Between two restarts libjpeg warns of the bytes first, and would not warn of the missing data any more."""
    data = encode_noise("restarts")
    cut = data[: data.index(b"\xff\xd3", find_header_segments(data)[-1])] + bytes(20) + END
    with pytest.raises(ValueError, match="extraneous bytes before marker 0xd9"):
        simplejpeg.decode_jpeg(cut)
    with pytest.raises(InputError) as rejected:
        decode(cut, 3)
    assert rejected.value.code is Code.BAD_IMAGE


def test_invalid_codes_in_scan_are_rejected() -> None:
    data = encode_noise("plain")
    start = find_header_segments(data)[-1] + 14
    invalid = data[:start] + b"\xff\0" * 8 + data[start + 16 :]
    assert_rejected(invalid, "bad Huffman code")
    assert_rejected(with_all_flaws(invalid), "bad Huffman code")


def test_stray_bytes_in_scan_are_rejected() -> None:
    data = encode_noise("restarts")
    position = data.index(b"\xff\xd3", find_header_segments(data)[-1])
    assert_rejected(data[:position] + bytes(20) + data[position:], "extraneous bytes before marker 0xd3")
