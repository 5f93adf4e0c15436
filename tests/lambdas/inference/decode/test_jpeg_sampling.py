"""JPEGs whose colours are sampled in a way that TurboJPEG's interface has no name for."""

import numpy as np
import pytest
import simplejpeg

from inference.decode import jpeg, pillow
from inference.decode.buffers import Buffers
from inference.errors import Code, InputError
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec
from tests.support.lambdas.flat_jpeg import Factors, colours, encode, full_planes, planes
from tests.support.lambdas.pictures import decode, photo

NAMED: Factors = [(1, 4), (1, 1), (1, 1)]
REPEATED: dict[str, Factors] = {
    "1x4": NAMED,
    "4x2": [(4, 2), (1, 1), (1, 1)],
    "2x4": [(2, 4), (1, 1), (1, 1)],
    "3x1": [(3, 1), (1, 1), (1, 1)],
    "1x3": [(1, 3), (1, 1), (1, 1)],
    "3x2": [(3, 2), (1, 1), (1, 1)],
}
SMOOTH: dict[str, Factors] = {
    "2x2, 1x1, 2x1": [(2, 2), (1, 1), (2, 1)],
    "2x2, 1x2, 1x1": [(2, 2), (1, 2), (1, 1)],
    "2x1, 1x1, 2x1": [(2, 1), (1, 1), (2, 1)],
}
SIZE = (101, 67)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("name", REPEATED | SMOOTH)
def test_it_has_the_pixels_that_it_means(name: str, *, progressive: bool) -> None:
    """Colours that are stretched smoothly are even here, so that how smoothly makes no difference."""
    factors = (REPEATED | SMOOTH)[name]
    values = planes(*SIZE, factors, even_colours=name in SMOOTH)
    data = encode(*SIZE, factors, values, progressive=progressive)
    full = full_planes(*SIZE, factors, values)
    assert np.abs(decode(data, 3) - colours(full)).max() <= 2
    assert np.abs(decode(data, 1)[:, :, 0] - full[:, :, 0]).max() <= 1


@pytest.mark.parametrize("name", SMOOTH)
def test_colours_of_half_the_size_are_stretched_smoothly(name: str) -> None:
    """As libjpeg does for TensorFlow: a quarter of the step lies beside the edge, and none of it far from it."""
    factors = SMOOTH[name]
    values = planes(*SIZE, factors)
    data = encode(*SIZE, factors, values)
    difference = np.abs(decode(data, 3) - colours(full_planes(*SIZE, factors, values)))
    assert difference.max() > 20
    assert np.median(difference) <= 2


def test_four_inks_are_read_as_adobe_writes_them() -> None:
    factors = [(2, 2), (1, 1), (1, 1), (1, 1)]
    values = [
        np.full_like(plane, value) for plane, value in zip(planes(*SIZE, factors), (200, 150, 90, 220), strict=True)
    ]
    expected = np.array([200, 150, 90]) * 220 / 255
    assert np.abs(decode(encode(*SIZE, factors, values), 3) - expected).max() <= 2


def test_4_4_1_can_be_decoded_at_a_smaller_scale() -> None:
    data = encode(160, 128, NAMED, planes(160, 128, NAMED))
    assert jpeg.decode(data, 3, Buffers(), (32, 40)).shape == (32, 40, 3)


@pytest.mark.parametrize("name", REPEATED | SMOOTH)
@pytest.mark.parametrize("mode", ["exact", "fast"])
def test_a_model_gets_its_array(name: str, mode: str) -> None:
    factors = (REPEATED | SMOOTH)[name]
    data = encode(*SIZE, factors, planes(*SIZE, factors))
    assert prepare_image(data, InputSpec(24, 32, 3, 1.0, 0.0, mode)).shape == (1, 24, 32, 3)


@pytest.mark.parametrize(("option", "factors"), [("4:4:4", (1, 1)), ("4:1:1", (4, 1))])
def test_pillow_takes_the_same_transform_where_nothing_is_stretched_smoothly(
    option: str, factors: tuple[int, int]
) -> None:
    noise = np.random.default_rng(8).integers(0, 256, (67, 101, 3), dtype=np.uint8)
    data = simplejpeg.encode_jpeg(noise, colorsubsampling=option.replace(":", ""))
    found = pillow.decode_jpeg(data, 3, [factors, (1, 1), (1, 1)])
    np.testing.assert_array_equal(found, simplejpeg.decode_jpeg(data, fastdct=True))


@pytest.mark.parametrize(("option", "factors"), [("4:2:0", (2, 2)), ("4:2:2", (2, 1)), ("4:4:0", (1, 2))])
def test_elsewhere_its_transform_differs_a_little(option: str, factors: tuple[int, int]) -> None:
    data = simplejpeg.encode_jpeg(np.asarray(photo(size=SIZE)), colorsubsampling=option.replace(":", ""))
    found = pillow.decode_jpeg(data, 3, [factors, (1, 1), (1, 1)])
    difference = np.abs(found.astype(int) - simplejpeg.decode_jpeg(data, fastdct=True))
    assert difference.max() <= 6
    assert difference.mean() <= 1.5


def turned(data: bytes) -> bytes:
    """With a camera's note that it is to be turned by 90 degrees."""
    block = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    return data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block + data[2:]


@pytest.mark.parametrize("name", ["1x4", "4x2"])
def test_orientation_is_applied(name: str) -> None:
    data = encode(*SIZE, REPEATED[name], planes(*SIZE, REPEATED[name]))
    np.testing.assert_array_equal(decode(turned(data), 3), np.rot90(decode(data, 3), -1))


@pytest.mark.parametrize("name", REPEATED | SMOOTH)
@pytest.mark.parametrize("part", [0.5, 0.9, 1.0])
def test_one_that_is_cut_short_is_rejected(name: str, part: float) -> None:
    factors = (REPEATED | SMOOTH)[name]
    data = encode(*SIZE, factors, planes(*SIZE, factors))[:-2]
    scan = data.index(b"\xff\xda")
    with pytest.raises(InputError, match=r"damaged or cut short \(Premature end of JPEG file\)") as rejected:
        decode(data[: scan + int((len(data) - scan) * part)], 3)
    assert rejected.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize(
    ("place", "value"),
    [(3, 25), (3, 8), (9, 0), (9, 2), (9, 4), (11, 0x40), (11, 0x02), (14, 0), (14, 0x52), (14, 0xFF)],
)
@pytest.mark.parametrize("name", ["4x2", "2x2, 1x1, 2x1"])
def test_a_frame_that_is_not_valid_is_rejected(name: str, place: int, value: int) -> None:
    factors = (REPEATED | SMOOTH)[name]
    data = bytearray(encode(*SIZE, factors, planes(*SIZE, factors)))
    data[data.index(b"\xff\xc0") + place] = value
    with pytest.raises(InputError) as rejected:
        decode(data, 3)
    assert rejected.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize("name", ["1x4", "4x2"])
@pytest.mark.parametrize("before", [b"", b"stray"])
def test_the_limits_are_checked_before_any_pixel_is_decoded(
    name: str, before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    monkeypatch.setattr(pillow, "decode_jpeg", pytest.fail)
    factors = REPEATED[name]
    data = encode(*SIZE, factors, planes(*SIZE, factors), progressive=True)
    tables = data.index(b"\xff\xdb")
    data = data[:tables] + before + data[tables:]
    frame, scan = data.index(b"\xff\xc2"), data.index(b"\xff\xda")
    huge = data[: frame + 5] + b"\x13\x89\x13\x89" + data[frame + 9 :]
    for hostile, reason in ((huge, "5001 x 5001 pixels"), (data[:-2] + data[scan:-2] * 64 + data[-2:], "64 scans")):
        with pytest.raises(InputError, match=reason) as rejected:
            decode(hostile, 3)
        assert rejected.value.code is Code.TOO_LARGE
