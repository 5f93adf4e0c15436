"""Decoding JPEGs at a reduced scale, compared with the full size."""

import io

import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from inference.decode import jpeg
from inference.decode.buffers import Buffers
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec


def make_waves(width: int, height: int) -> Image.Image:
    across, down = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 5, height))
    waves = [128 + 100 * np.sin(across + shift) * np.cos(down * 0.8 + shift) for shift in (0, 1, 2)]
    return Image.fromarray(np.stack(waves, axis=2).astype(np.uint8))


def encode(image: Image.Image, orientation: int = 1, *, progressive: bool = False) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92, exif=exif, progressive=progressive)
    return buffer.getvalue()


def decode(data: bytes, min_size: tuple[int, int] | None = None, channels: int = 3) -> NDArray[np.uint8]:
    return jpeg.decode(data, channels, Buffers(), min_size)


def make_specs(height: int, width: int, channels: int = 3) -> tuple[InputSpec, InputSpec]:
    exact, fast = (InputSpec(height, width, channels, 1.0, 0.0, decode) for decode in ("exact", "fast"))
    return exact, fast


@pytest.mark.parametrize(
    ("size", "min_size", "expected"),
    [
        ((800, 600), (75, 100), (75, 100)),
        ((800, 600), (76, 100), (150, 200)),
        ((800, 600), (75, 101), (150, 200)),
        ((800, 600), (150, 200), (150, 200)),
        ((800, 600), (151, 200), (300, 400)),
        ((800, 600), (300, 400), (300, 400)),
        ((800, 600), (300, 401), (600, 800)),
        ((800, 600), (600, 800), (600, 800)),
        ((800, 600), (2000, 2000), (600, 800)),
        ((801, 601), (76, 101), (76, 101)),
        ((799, 599), (75, 100), (75, 100)),
        ((4000, 16), (8, 8), (8, 2000)),
        ((3, 3), (8, 8), (3, 3)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_jpeg_is_decoded_at_smallest_sufficient_scale(
    size: tuple[int, int], min_size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert decode(encode(make_waves(*size)), min_size).shape == (*expected, 3)


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (7, 3), (40, 24), (63, 63)])
def test_small_image_is_equal_in_both_modes(size: tuple[int, int]) -> None:
    data = encode(make_waves(*size))
    exact, fast = make_specs(32, 64)
    np.testing.assert_array_equal(prepare_image(data, fast), prepare_image(data, exact))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_modes_agree_on_smooth_images(orientation: int, channels: int, *, progressive: bool) -> None:
    """Up to 8 of 255, 2 on average: a pixel at the reduced scale is the mean of a block of pixels."""
    data = encode(make_waves(640, 400), orientation, progressive=progressive)
    exact, fast = make_specs(96, 80, channels)
    difference = np.abs(prepare_image(data, fast) - prepare_image(data, exact))
    assert 0 < difference.max() <= 8
    assert difference.mean() <= 2


def test_min_size_applies_to_upright_image() -> None:
    wide = make_waves(800, 200)
    assert decode(encode(wide, orientation=6), (200, 50)).shape == (200, 50, 3)
    assert decode(encode(wide, orientation=6), (50, 200)).shape == (800, 200, 3)
    assert decode(encode(wide), (50, 200)).shape == (50, 200, 3)


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
@pytest.mark.parametrize("channels", [1, 3])
def test_earlier_contents_of_buffer_do_not_show(mode: str, channels: int) -> None:
    data = encode(make_waves(90, 70).convert(mode))
    buffers = Buffers()
    buffers.array("pixels", (100, 100, 3), np.uint8)[:] = 77
    fresh = simplejpeg.decode_jpeg(data, "GRAY" if channels == 1 else "RGB", fastdct=True)
    np.testing.assert_array_equal(jpeg.decode(data, channels, buffers), fresh)


def test_unknown_decode_mode_raises_value_error() -> None:
    with pytest.raises(ValueError, match=r"'quick'; it must be one of: exact, fast"):
        InputSpec(8, 8, 3, 1.0, 0.0, "quick")
