"""Images of every kind, sound and hostile, made here."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inference import image
from inference.faults import Code, PermanentFault
from inference.image import Input, prepare
from inference.scratch import Scratch

LAMBDAS = Path(__file__).parents[3] / "lambdas"
RED, GREEN, BLUE = (200, 30, 40), (20, 180, 60), (10, 40, 220)


def decode(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    return image.decode(data, channels, Scratch())


def photo(mode: str = "RGB", size: tuple[int, int] = (40, 24)) -> Image.Image:
    """Smooth, so that lossy formats keep it nearly as it is."""
    across, down = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def encode(image: Image.Image, format_: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 8, kind: int = 2) -> bytes:
    """A PNG with these chunks after its header, however wrong."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        parts.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)


def close(data: bytes, expected: Image.Image, tolerance: int, channels: int = 3) -> None:
    pixels = decode(data, channels)
    wanted = np.asarray(expected.convert("L" if channels == 1 else "RGB")).reshape(*expected.size[::-1], channels)
    assert pixels.dtype == np.uint8
    assert pixels.shape == wanted.shape
    assert np.abs(pixels.astype(int) - wanted).max() <= tolerance


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
def test_each_kind_of_image_gives_its_pixels(
    format_: str, mode: str, options: dict[str, Any], tolerance: int, channels: int
) -> None:
    image = photo(mode)
    close(encode(image, format_, **options), image, tolerance, channels)


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_are_cut_to_8(channels: int) -> None:
    grey = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    pixels = decode(encode(Image.fromarray(grey), "PNG"), channels)
    np.testing.assert_array_equal(pixels, (grey >> 8).astype(np.uint8)[:, :, None].repeat(channels, axis=2))


def test_16_bit_colours_are_cut_to_8() -> None:
    row = b"\0" + b"".join(struct.pack(">HHH", 0xC8FF, 0x1E80, 0x2800) for _ in range(4))
    pixels = decode(png(4, 3, (b"IDAT", zlib.compress(row * 3)), depth=16), 3)
    np.testing.assert_array_equal(pixels, np.broadcast_to(np.array(RED, np.uint8), (3, 4, 3)))


def test_transparency_lies_over_white() -> None:
    image = Image.new("RGBA", (2, 1), (200, 30, 40, 255))
    image.putpixel((1, 0), (200, 30, 40, 0))
    for format_ in ("PNG", "WEBP"):
        options = {"lossless": True, "exact": True} if format_ == "WEBP" else {}
        assert decode(encode(image, format_, **options), 3).tolist() == [[[200, 30, 40], [255, 255, 255]]]


def test_a_palettes_transparent_entry_lies_over_white() -> None:
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
    close(encode(image, format_, exif=exif, **options), image.transpose(Image.Transpose.ROTATE_270), 3, channels=1)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(format_: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)]
    data = encode(frames[0], format_, save_all=True, append_images=frames[1:], lossless=True)
    assert (b"acTL" in data) or (b"ANMF" in data)
    assert decode(data, 3)[0, 0].tolist() == [*RED]


def test_interlaced_png_is_read() -> None:
    """Adam7, 1 x 1: one pixel in the first pass."""
    data = bytearray(png(1, 1, (b"IDAT", zlib.compress(b"\0" + bytes(RED)))))
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    assert decode(data, 3).tolist() == [[[*RED]]]


JPEG = encode(photo(size=(200, 160)), "JPEG")
PROGRESSIVE = encode(photo(size=(200, 160)), "JPEG", progressive=True)
PNG = encode(photo(size=(200, 160)), "PNG")
WEBP = encode(photo(size=(200, 160)), "WEBP")
LOSSLESS = encode(photo(size=(200, 160)), "WEBP", lossless=True)
PIXELS = (b"IDAT", zlib.compress((b"\0" + bytes(RED) * 4) * 4))


@pytest.mark.parametrize(
    "data", [JPEG, PROGRESSIVE, PNG, WEBP, LOSSLESS], ids=["JPEG", "progressive", "PNG", "WEBP", "VP8L"]
)
@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9, 0.99])
def test_an_image_that_is_cut_short_is_rejected(data: bytes, part: float) -> None:
    with pytest.raises(PermanentFault) as rejected:
        decode(data[: max(12, int(len(data) * part))], 3)
    assert rejected.value.code is Code.BAD_IMAGE


def webp_canvas(width: int, height: int) -> bytes:
    """An extended WEBP that announces a canvas, and holds a tiny frame."""
    small = encode(Image.new("RGB", (1, 1)), "WEBP", lossless=True)[12:]
    head = (
        b"VP8X" + struct.pack("<IB3x", 10, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(small)) + b"WEBP" + head + small


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header says another size than its pixels."""
    start = JPEG.index(b"\xff\xc0")
    return JPEG[: start + 5] + struct.pack(">HH", height, width) + JPEG[start + 9 :]


HOSTILE: dict[str, tuple[bytes, Code]] = {
    "nothing": (b"", Code.UNSUPPORTED_IMAGE),
    "text": (b"<!DOCTYPE html><html></html>", Code.UNSUPPORTED_IMAGE),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Code.UNSUPPORTED_IMAGE),
    "GIF": (encode(photo("P"), "GIF"), Code.UNSUPPORTED_IMAGE),
    "BMP": (encode(photo(), "BMP"), Code.UNSUPPORTED_IMAGE),
    "TIFF": (encode(photo(), "TIFF"), Code.UNSUPPORTED_IMAGE),
    "PDF": (encode(photo(), "PDF"), Code.UNSUPPORTED_IMAGE),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n", Code.UNSUPPORTED_IMAGE),
    "WAV": (b"RIFF\x24\0\0\0WAVEfmt ", Code.UNSUPPORTED_IMAGE),
    "JPEG's magic alone": (b"\xff\xd8\xff", Code.BAD_IMAGE),
    "JPEG's magic before a PNG": (b"\xff\xd8\xff" + PNG, Code.BAD_IMAGE),
    "PNG's magic before a JPEG": (PNG[:8] + JPEG, Code.BAD_IMAGE),
    "WEBP's magic before a JPEG": (WEBP[:12] + JPEG, Code.BAD_IMAGE),
    "JPEG of 65,500 x 65,500": (jpeg_of(65500, 65500), Code.TOO_LARGE),
    "JPEG of height 0": (jpeg_of(200, 0), Code.BAD_IMAGE),
    "JPEG taller than its pixels": (jpeg_of(200, 4000), Code.BAD_IMAGE),
    "JPEG with its middle gone": (JPEG[:900] + bytes(len(JPEG) - 1100) + JPEG[-200:], Code.BAD_IMAGE),
    "JPEG of a thousand scans": (
        PROGRESSIVE[:-2] + PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2] * 1000,
        Code.TOO_LARGE,
    ),
    "PNG of 2^31 - 1 squared": (png(2**31 - 1, 2**31 - 1, PIXELS), Code.TOO_LARGE),
    "PNG of 5,001 x 5,000": (png(5001, 5000, PIXELS), Code.TOO_LARGE),
    "PNG of width 0": (png(0, 4, PIXELS), Code.BAD_IMAGE),
    "PNG without pixels": (png(4, 4), Code.BAD_IMAGE),
    "PNG with two headers": (
        png(4, 4, (b"IHDR", struct.pack(">IIBBBBB", 9999, 9999, 8, 2, 0, 0, 0)), PIXELS),
        Code.BAD_IMAGE,
    ),
    "PNG with a wrong checksum": (PNG.replace(b"IDAT", b"IDAT\0", 1), Code.BAD_IMAGE),
    "PNG with pixels that are not zlib": (png(4, 4, (b"IDAT", b"garbage" * 9)), Code.BAD_IMAGE),
    "PNG of an unknown kind": (png(4, 4, PIXELS, kind=5), Code.BAD_IMAGE),
    "PNG with a palette's kind and no palette": (png(4, 4, PIXELS, kind=3, depth=3), Code.BAD_IMAGE),
    "PNG with a chunk longer than itself": (PNG[:33] + b"\xff\xff\xff\xffIDAT" + PNG[41:], Code.BAD_IMAGE),
    "PNG of many chunks": (png(4, 4, *[(b"tEXt", b"")] * 20_001, PIXELS), Code.BAD_IMAGE),
    "WEBP of 16,383 squared": (LOSSLESS[:21] + struct.pack("<I", 0x0FFFFFFF) + LOSSLESS[25:], Code.TOO_LARGE),
    "WEBP whose canvas is 16,777,216 squared": (webp_canvas(2**24, 2**24), Code.TOO_LARGE),
    "WEBP whose canvas is larger than its frame": (webp_canvas(4000, 4000), Code.BAD_IMAGE),
    "WEBP of an unknown kind": (WEBP[:12] + b"VP9 " + WEBP[16:], Code.BAD_IMAGE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_image_is_rejected(name: str) -> None:
    data, code = HOSTILE[name]
    for form in (data, bytearray(data)):
        with pytest.raises(PermanentFault) as rejected:
            decode(form, 3)
        assert rejected.value.code is code


def test_what_is_not_pixels_never_reaches_the_decoder() -> None:
    """Texts and profiles that unpack to a gigabyte, and an animation's header that no frame follows."""
    bomb = zlib.compress(bytes(1 << 24))
    noise = [
        (b"zTXt", b"key\0\0" + bomb),
        (b"iTXt", b"key\0\1\0\0\0" + bomb),
        (b"iCCP", b"name\0\0" + bomb),
        (b"acTL", struct.pack(">II", 2**31 - 1, 0)),
        (b"eXIf", b"II*\0" + b"\xff" * 100),
    ]
    assert decode(png(4, 4, *noise, PIXELS, *noise), 3)[3, 3].tolist() == [*RED]


BOMBS = {
    "png": (png(5000, 5000, (b"IDAT", zlib.compress((b"\0" + bytes(20_000)) * 5000, 9)), kind=6), 550),
    "webp": (encode(Image.new("RGBA", (5000, 5000)), "WEBP", lossless=True, method=0), 650),
    "jpeg": (encode(Image.new("RGB", (5000, 5000)), "JPEG", progressive=True, subsampling=0), 350),
    "texts": (png(4, 4, *[(b"zTXt", b"key\0\0" + zlib.compress(bytes(1_000_000), 9))] * 500, PIXELS), 100),
}


@pytest.mark.parametrize("name", BOMBS)
def test_the_largest_image_takes_a_bounded_amount_of_memory(name: str) -> None:
    """In a process of its own, whose peak can be measured: megabytes above what its imports took."""
    data, limit = BOMBS[name]
    program = (
        "import resource, sys\n"
        "from inference import image, pillow, scratch\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "data = sys.stdin.buffer.read(); before = peak()\n"
        "image.decode(data, 3, scratch.Scratch()); print(peak() - before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], input=data, capture_output=True, check=True, env={"PYTHONPATH": str(LAMBDAS)}
    )
    assert int(result.stdout) < limit


def test_the_array_is_as_the_model_wants_it() -> None:
    data = encode(photo(size=(64, 48)), "PNG")
    array = prepare(data, Input(height=8, width=10, channels=3, scale=1 / 127.5, offset=-1.0))
    plain = prepare(data, Input(height=8, width=10, channels=3, scale=1.0, offset=0.0))
    assert array.shape == (1, 8, 10, 3)
    assert array.dtype == np.float32
    assert plain.max() > 200
    np.testing.assert_allclose(array, plain / 127.5 - 1, atol=1e-6)
