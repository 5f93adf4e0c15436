"""JPEGs whose colour sampling TurboJPEG's interface does not support."""

import numpy as np
import pytest
import simplejpeg

from inference.decode import jpeg, pillow
from inference.decode.buffers import Buffers
from inference.errors import Code, InputError
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec
from tests.support.lambdas.flat_jpeg import Factors, convert_to_rgb, encode, expand_planes, make_planes
from tests.support.lambdas.pictures import decode, photo

SAMPLING_441: Factors = [(1, 4), (1, 1), (1, 1)]
REPEATED: dict[str, Factors] = {
    "1x4": SAMPLING_441,
    "4x2": [(4, 2), (1, 1), (1, 1)],
    "2x4": [(2, 4), (1, 1), (1, 1)],
    "3x1": [(3, 1), (1, 1), (1, 1)],
    "1x3": [(1, 3), (1, 1), (1, 1)],
    "3x2": [(3, 2), (1, 1), (1, 1)],
}
INTERPOLATED: dict[str, Factors] = {
    "2x2, 1x1, 2x1": [(2, 2), (1, 1), (2, 1)],
    "2x2, 1x2, 1x1": [(2, 2), (1, 2), (1, 1)],
    "2x1, 1x1, 2x1": [(2, 1), (1, 1), (2, 1)],
}
SIZE = (101, 67)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("name", REPEATED | INTERPOLATED)
def test_rare_sampling_has_expected_pixels(name: str, *, progressive: bool) -> None:
    """Interpolated colours are even here, so that the kind of interpolation makes no difference."""
    factors = (REPEATED | INTERPOLATED)[name]
    values = make_planes(*SIZE, factors, even_colours=name in INTERPOLATED)
    data = encode(*SIZE, factors, values, progressive=progressive)
    full = expand_planes(*SIZE, factors, values)
    assert np.abs(decode(data, 3) - convert_to_rgb(full)).max() <= 2
    assert np.abs(decode(data, 1)[:, :, 0] - full[:, :, 0]).max() <= 1


@pytest.mark.parametrize("name", INTERPOLATED)
def test_colours_of_half_size_are_interpolated(name: str) -> None:
    """As libjpeg does for TensorFlow: pixels beside an edge get a quarter of its step, others none."""
    factors = INTERPOLATED[name]
    values = make_planes(*SIZE, factors)
    data = encode(*SIZE, factors, values)
    difference = np.abs(decode(data, 3) - convert_to_rgb(expand_planes(*SIZE, factors, values)))
    assert difference.max() > 20
    assert np.median(difference) <= 2


def test_cmyk_is_decoded_as_adobe_writes_it() -> None:
    factors = [(2, 2), (1, 1), (1, 1), (1, 1)]
    values = [
        np.full_like(plane, value)
        for plane, value in zip(make_planes(*SIZE, factors), (200, 150, 90, 220), strict=True)
    ]
    expected = np.array([200, 150, 90]) * 220 / 255
    assert np.abs(decode(encode(*SIZE, factors, values), 3) - expected).max() <= 2


def test_441_is_decoded_at_reduced_scale() -> None:
    data = encode(160, 128, SAMPLING_441, make_planes(160, 128, SAMPLING_441))
    assert jpeg.decode(data, 3, Buffers(), (32, 40)).shape == (32, 40, 3)


@pytest.mark.parametrize("name", REPEATED | INTERPOLATED)
@pytest.mark.parametrize("mode", ["exact", "fast"])
def test_rare_sampling_gives_input_tensor(name: str, mode: str) -> None:
    factors = (REPEATED | INTERPOLATED)[name]
    data = encode(*SIZE, factors, make_planes(*SIZE, factors))
    assert prepare_image(data, InputSpec(24, 32, 3, 1.0, 0.0, mode)).shape == (1, 24, 32, 3)


@pytest.mark.parametrize(("option", "factors"), [("4:4:4", (1, 1)), ("4:1:1", (4, 1))])
def test_pillow_equals_simplejpeg_without_interpolation(option: str, factors: tuple[int, int]) -> None:
    noise = np.random.default_rng(8).integers(0, 256, (67, 101, 3), dtype=np.uint8)
    data = simplejpeg.encode_jpeg(noise, colorsubsampling=option.replace(":", ""))
    pixels = pillow.decode_jpeg(data, 3, [factors, (1, 1), (1, 1)])
    np.testing.assert_array_equal(pixels, simplejpeg.decode_jpeg(data, fastdct=True))


@pytest.mark.parametrize(("option", "factors"), [("4:2:0", (2, 2)), ("4:2:2", (2, 1)), ("4:4:0", (1, 2))])
def test_pillow_differs_little_with_interpolation(option: str, factors: tuple[int, int]) -> None:
    data = simplejpeg.encode_jpeg(np.asarray(photo(size=SIZE)), colorsubsampling=option.replace(":", ""))
    pixels = pillow.decode_jpeg(data, 3, [factors, (1, 1), (1, 1)])
    difference = np.abs(pixels.astype(int) - simplejpeg.decode_jpeg(data, fastdct=True))
    assert difference.max() <= 6
    assert difference.mean() <= 1.5


def with_orientation(data: bytes) -> bytes:
    """Return `data` with EXIF orientation 6: to be rotated by 90 degrees."""
    block = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    return data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block + data[2:]


@pytest.mark.parametrize("name", ["1x4", "4x2"])
def test_orientation_of_rare_sampling_is_applied(name: str) -> None:
    data = encode(*SIZE, REPEATED[name], make_planes(*SIZE, REPEATED[name]))
    np.testing.assert_array_equal(decode(with_orientation(data), 3), np.rot90(decode(data, 3), -1))


@pytest.mark.parametrize("name", REPEATED | INTERPOLATED)
@pytest.mark.parametrize("part", [0.5, 0.9, 1.0])
def test_truncated_image_of_rare_sampling_is_rejected(name: str, part: float) -> None:
    factors = (REPEATED | INTERPOLATED)[name]
    data = encode(*SIZE, factors, make_planes(*SIZE, factors))[:-2]
    scan = data.index(b"\xff\xda")
    with pytest.raises(InputError, match=r"damaged or cut short \(Premature end of JPEG file\)") as rejected:
        decode(data[: scan + int((len(data) - scan) * part)], 3)
    assert rejected.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize(
    ("place", "value"),
    [(3, 25), (3, 8), (9, 0), (9, 2), (9, 4), (11, 0x40), (11, 0x02), (14, 0), (14, 0x52), (14, 0xFF)],
)
@pytest.mark.parametrize("name", ["4x2", "2x2, 1x1, 2x1"])
def test_invalid_frame_is_rejected(name: str, place: int, value: int) -> None:
    factors = (REPEATED | INTERPOLATED)[name]
    data = bytearray(encode(*SIZE, factors, make_planes(*SIZE, factors)))
    data[data.index(b"\xff\xc0") + place] = value
    with pytest.raises(InputError) as rejected:
        decode(data, 3)
    assert rejected.value.code is Code.BAD_IMAGE


@pytest.mark.parametrize("name", ["1x4", "4x2"])
@pytest.mark.parametrize("before", [b"", b"stray"])
def test_limits_are_checked_before_decoding(name: str, before: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplejpeg, "decode_jpeg", pytest.fail)
    monkeypatch.setattr(pillow, "decode_jpeg", pytest.fail)
    factors = REPEATED[name]
    data = encode(*SIZE, factors, make_planes(*SIZE, factors), progressive=True)
    tables = data.index(b"\xff\xdb")
    data = data[:tables] + before + data[tables:]
    frame, scan = data.index(b"\xff\xc2"), data.index(b"\xff\xda")
    huge = data[: frame + 5] + b"\x13\x89\x13\x89" + data[frame + 9 :]
    for hostile, reason in ((huge, "5001 x 5001 pixels"), (data[:-2] + data[scan:-2] * 64 + data[-2:], "64 scans")):
        with pytest.raises(InputError, match=reason) as rejected:
            decode(hostile, 3)
        assert rejected.value.code is Code.TOO_LARGE
