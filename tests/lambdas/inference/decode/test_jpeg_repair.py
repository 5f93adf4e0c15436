"""JPEGs that are whole though libjpeg warns of them, and those that only look so."""

from typing import Any

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from inference.decode.jpeg_repair import TRIES
from inference.errors import Code, InputError
from tests.support.lambdas.imperfect_jpegs import END, KINDS, all_at_once, picture, revised, segments
from tests.support.lambdas.pictures import decode

STRAYS = {
    "a byte": b"\0",
    "a few bytes": b"abcdefghijkl",
    "a page of zeros": bytes(4096),
    "0xFF that mean themselves": b"\xff\0" * 30,
    "filler": b"ab" * 10 + b"\xff" * 7,
}


def same(mended: bytes, whole: bytes) -> None:
    with pytest.raises(ValueError):
        simplejpeg.decode_jpeg(mended)
    for channels in (1, 3):
        np.testing.assert_array_equal(decode(mended, channels), decode(whole, channels))
        np.testing.assert_array_equal(decode(bytearray(mended), channels), decode(whole, channels))


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_before_the_end_change_nothing(kind: str, stray: str) -> None:
    data = picture(kind)
    longer = data[:-2] + bytes(8) + STRAYS[stray] + END + b"what follows the end" + END
    same(longer, data)


@pytest.mark.parametrize("stray", [b"\0", b"abc", b"\xff\0\xff\0", b"abc\xff\xff"])
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_between_the_headers_segments_change_nothing(kind: str, stray: bytes) -> None:
    data = picture(kind)
    for place in segments(data)[1:]:
        same(data[:place] + stray + data[place:], data)


@pytest.mark.parametrize("revision", [b"\0\0", b"\2\1", b"\xff\xff"])
def test_an_unknown_revision_of_jfif_changes_nothing(revision: bytes) -> None:
    data = picture("plain")
    same(revised(data, revision), data)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "progressive"])  # where they count
@pytest.mark.parametrize("parameters", [bytes(3), b"\x01\x3f\x00", b"\x00\x3f\x11"])
def test_a_sequential_scans_parameters_change_nothing(kind: str, parameters: bytes) -> None:
    data = picture(kind)
    scan = segments(data)[-1]
    end = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4])
    same(data[: end - 3] + parameters + data[end:], data)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "inks"])  # they come without JFIF
def test_all_of_it_at_once_changes_nothing(kind: str) -> None:
    data = picture(kind)
    same(all_at_once(data), data)


def test_orientation_is_still_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    np.testing.assert_array_equal(
        decode(all_at_once(picture("plain", exif=exif)), 3), decode(picture("plain", exif=exif), 3)
    )


def passes(data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often `data` is decoded."""
    calls: list[bytes] = []
    real = simplejpeg.decode_jpeg

    def count(given: bytes, *arguments: Any, **options: Any) -> Any:
        calls.append(given)
        return real(given, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(simplejpeg, "decode_jpeg", count)
        decode(data, 3)
    return len(calls)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_one_is_decoded_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.decode.jpeg_repair.repair", pytest.fail)
    assert passes(picture(kind), monkeypatch) == 1


def test_no_repair_takes_more_passes_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    for length in range(1, 40):
        assert passes(picture("plain")[:-2] + bytes(length) + END, monkeypatch) <= TRIES - 1


def rejected(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=rf"damaged or cut short \(.*{reason}.*\); export") as found:
        decode(data, 3)
    assert found.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize("part", [0.6, 0.9])
@pytest.mark.parametrize("kind", KINDS)
def test_one_that_is_cut_short_as_well_is_rejected(kind: str, part: float) -> None:
    data = picture(kind)
    place = segments(data)[1]
    cut = (data[:place] + b"stray" + data[place:])[: int(len(data) * part)]
    rejected(cut, "Premature end of JPEG file")
    if kind != "restarts":
        rejected(cut + END, "premature end of data segment")


def test_stray_bytes_do_not_hide_that_the_rest_is_missing() -> None:
    """Between two restarts libjpeg tells of the bytes first, and then would tell no more."""
    data = picture("restarts")
    cut = data[: data.index(b"\xff\xd3", segments(data)[-1])] + bytes(20) + END
    with pytest.raises(ValueError, match="extraneous bytes before marker 0xd9"):
        simplejpeg.decode_jpeg(cut)
    with pytest.raises(InputError) as found:
        decode(cut, 3)
    assert found.value.code is Code.BAD_IMAGE


def test_wrong_codes_within_are_rejected() -> None:
    data = picture("plain")
    start = segments(data)[-1] + 14
    wrong = data[:start] + b"\xff\0" * 8 + data[start + 16 :]
    rejected(wrong, "bad Huffman code")
    rejected(all_at_once(wrong), "bad Huffman code")


def test_bytes_within_the_pixels_are_rejected() -> None:
    data = picture("restarts")
    place = data.index(b"\xff\xd3", segments(data)[-1])
    rejected(data[:place] + bytes(20) + data[place:], "extraneous bytes before marker 0xd3")
