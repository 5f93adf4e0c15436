"""Decoding valid images of every format, mode and bit depth."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.support.lambdas.pictures import BLUE, GREEN, RED, decode, encode, photo, png


def assert_pixels(data: bytes, image: Image.Image, tolerance: int, channels: int = 3) -> None:
    pixels = decode(data, channels)
    expected = np.asarray(image.convert("L" if channels == 1 else "RGB")).reshape(*image.size[::-1], channels)
    assert pixels.dtype == np.uint8
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= tolerance


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("format_", "mode", "options", "tolerance"),
    [
        ("JPEG", "RGB", {"quality": 100, "subsampling": 0}, 8),
        ("JPEG", "RGB", {"quality": 95}, 24),
        ("JPEG", "RGB", {"quality": 100, "subsampling": 0, "progressive": True}, 8),
        ("JPEG", "L", {"quality": 100}, 4),
        ("JPEG", "CMYK", {"quality": 100}, 6),
        ("PNG", "RGB", {}, 1),
        ("PNG", "RGBA", {}, 1),
        ("PNG", "L", {}, 0),
        ("PNG", "LA", {}, 1),
        ("PNG", "P", {}, 1),
        ("PNG", "1", {}, 0),
        ("WEBP", "RGB", {"lossless": True}, 1),
        ("WEBP", "RGBA", {"lossless": True}, 1),
        ("WEBP", "RGB", {"quality": 100}, 30),
    ],
)
def test_image_of_each_kind_is_decoded(
    format_: str, mode: str, options: dict[str, Any], tolerance: int, channels: int
) -> None:
    image = photo(mode)
    assert_pixels(encode(image, format_, **options), image, tolerance, channels)


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bit_grey_is_cut_to_8_bits(channels: int) -> None:
    grey = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    pixels = decode(encode(Image.fromarray(grey), "PNG"), channels)
    np.testing.assert_array_equal(pixels, (grey >> 8).astype(np.uint8)[:, :, None].repeat(channels, axis=2))


def test_16_bit_colours_are_cut_to_8_bits() -> None:
    row = b"\0" + b"".join(struct.pack(">HHH", 0xC8FF, 0x1E80, 0x2800) for _ in range(4))
    pixels = decode(png(4, 3, (b"IDAT", zlib.compress(row * 3)), depth=16), 3)
    np.testing.assert_array_equal(pixels, np.broadcast_to(np.array(RED, np.uint8), (3, 4, 3)))


def test_transparent_parts_are_white() -> None:
    image = Image.new("RGBA", (2, 1), (200, 30, 40, 255))
    image.putpixel((1, 0), (200, 30, 40, 0))
    for format_ in ("PNG", "WEBP"):
        options = {"lossless": True, "exact": True} if format_ == "WEBP" else {}
        assert decode(encode(image, format_, **options), 3).tolist() == [[[200, 30, 40], [255, 255, 255]]]


def test_transparent_palette_entry_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *GREEN])
    image.putpixel((1, 0), 1)
    assert decode(encode(image, "PNG", transparency=1), 3).tolist() == [[[*RED], [255, 255, 255]]]
    image = Image.new("RGB", (2, 1), RED)
    image.putpixel((1, 0), GREEN)
    assert decode(encode(image, "PNG", transparency=GREEN), 3).tolist() == [[[*RED], [255, 255, 255]]]


@pytest.mark.parametrize(
    ("format_", "options"), [("JPEG", {"quality": 100}), ("PNG", {}), ("WEBP", {"lossless": True})]
)
def test_orientation_is_applied(format_: str, options: dict[str, Any]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = photo("L")
    assert_pixels(
        encode(image, format_, exif=exif, **options), image.transpose(Image.Transpose.ROTATE_270), 3, channels=1
    )


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_animation_is_decoded_to_first_frame(format_: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)]
    data = encode(frames[0], format_, save_all=True, append_images=frames[1:], lossless=True)
    assert (b"acTL" in data) or (b"ANMF" in data)
    assert decode(data, 3)[0, 0].tolist() == [*RED]


def test_interlaced_png_is_decoded() -> None:
    """Adam7, 1 x 1: one pixel in the first pass."""
    data = bytearray(png(1, 1, (b"IDAT", zlib.compress(b"\0" + bytes(RED)))))
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    assert decode(data, 3).tolist() == [[[*RED]]]
