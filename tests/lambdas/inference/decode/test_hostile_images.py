"""Truncated images, images with false headers and decompression bombs: rejected, or decoded in limited memory."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from inference.decode.limits import MAX_PIXELS, MAX_SIDE
from inference.errors import Code, InputError
from tests.support.lambdas import flat_jpeg
from tests.support.lambdas.pictures import RED, decode, encode, photo, png

LAMBDAS = Path(__file__).parents[4] / "lambdas"

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
def test_truncated_image_is_rejected(data: bytes, part: float) -> None:
    with pytest.raises(InputError) as rejected:
        decode(data[: max(12, int(len(data) * part))], 3)
    assert rejected.value.code is Code.BAD_IMAGE


def make_webp_canvas(width: int, height: int) -> bytes:
    """Return an extended WEBP that announces a canvas of this size and has a tiny frame."""
    small = encode(Image.new("RGB", (1, 1)), "WEBP", lossless=True)[12:]
    head = (
        b"VP8X" + struct.pack("<IB3x", 10, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(small)) + b"WEBP" + head + small


def make_jpeg_with_false_size(width: int, height: int) -> bytes:
    """Return a JPEG whose header states another size than its pixels have."""
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
    "JPEG of 65,500 x 65,500": (make_jpeg_with_false_size(65500, 65500), Code.TOO_LARGE),
    "JPEG of height 0": (make_jpeg_with_false_size(200, 0), Code.BAD_IMAGE),
    "JPEG taller than its pixels": (make_jpeg_with_false_size(200, 4000), Code.BAD_IMAGE),
    "JPEG with its middle gone": (JPEG[:900] + bytes(len(JPEG) - 1100) + JPEG[-200:], Code.BAD_IMAGE),
    "JPEG of a thousand scans": (
        PROGRESSIVE[:-2] + PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2] * 1000,
        Code.TOO_LARGE,
    ),
    "PNG of 2^31 - 1 squared": (png(2**31 - 1, 2**31 - 1, PIXELS), Code.TOO_LARGE),
    "PNG of 5,001 x 5,000": (png(5001, 5000, PIXELS), Code.TOO_LARGE),
    "PNG of 1,000,000 x 1": (png(1_000_000, 1, PIXELS), Code.TOO_LARGE),
    "PNG of 1 x 1,000,000": (png(1, 1_000_000, PIXELS), Code.TOO_LARGE),
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
    "WEBP whose canvas is 16,777,216 squared": (make_webp_canvas(2**24, 2**24), Code.TOO_LARGE),
    "WEBP whose canvas is 65,536 x 1": (make_webp_canvas(2**16, 1), Code.TOO_LARGE),
    "WEBP whose canvas is larger than its frame": (make_webp_canvas(4000, 4000), Code.BAD_IMAGE),
    "WEBP of an unknown kind": (WEBP[:12] + b"VP9 " + WEBP[16:], Code.BAD_IMAGE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_image_is_rejected(name: str) -> None:
    data, code = HOSTILE[name]
    for form in (data, bytearray(data)):
        with pytest.raises(InputError) as rejected:
            decode(form, 3)
        assert rejected.value.code is code


def test_png_chunks_without_pixels_never_reach_decoder() -> None:
    """Texts and profiles that expand to a gigabyte, and the header of an animation without frames."""
    bomb = zlib.compress(bytes(1 << 24))
    noise = [
        (b"zTXt", b"key\0\0" + bomb),
        (b"iTXt", b"key\0\1\0\0\0" + bomb),
        (b"iCCP", b"name\0\0" + bomb),
        (b"acTL", struct.pack(">II", 2**31 - 1, 0)),
        (b"eXIf", b"II*\0" + b"\xff" * 100),
    ]
    assert decode(png(4, 4, *noise, PIXELS, *noise), 3)[3, 3].tolist() == [*RED]


def make_png(width: int, height: int, kind: int = 6) -> bytes:
    row = b"\0" + bytes(width * (4 if kind == 6 else 1))
    return png(width, height, (b"IDAT", zlib.compress(row * height, 9)), kind=kind)


def make_webp(width: int, height: int) -> bytes:
    return encode(Image.new("RGBA", (width, height)), "WEBP", lossless=True, method=0)


def make_progressive_jpeg(width: int, height: int) -> bytes:
    return encode(Image.new("RGB", (width, height)), "JPEG", progressive=True, subsampling=0)


def make_rare_jpeg(width: int, height: int, components: int = 3) -> bytes:
    """Return a progressive JPEG of a sampling that simplejpeg does not support."""
    factors = [(2, 1), (1, 1), (2, 1), (1, 1)][:components]
    return flat_jpeg.encode(width, height, factors, flat_jpeg.make_planes(width, height, factors), progressive=True)


def with_stray_bytes(data: bytes) -> bytes:
    return data[:-2] + bytes(100) + data[-2:]


BOMBS: dict[str, tuple[Callable[[], bytes], int]] = {
    "png": (lambda: make_png(5000, 5000), 550),
    "wide png": (lambda: make_png(MAX_SIDE, MAX_PIXELS // MAX_SIDE), 550),
    "tall png": (lambda: make_png(MAX_PIXELS // MAX_SIDE, MAX_SIDE), 550),
    "png of a row": (lambda: make_png(MAX_SIDE, 1, kind=0), 60),
    "png of a column": (lambda: make_png(1, MAX_SIDE, kind=0), 60),
    "webp": (lambda: make_webp(5000, 5000), 650),
    "wide webp": (lambda: make_webp(16_383, 1525), 650),
    "tall webp": (lambda: make_webp(1525, 16_383), 650),
    "jpeg": (lambda: make_progressive_jpeg(5000, 5000), 350),
    "wide jpeg": (lambda: make_progressive_jpeg(65_500, 381), 350),
    "tall jpeg": (lambda: make_progressive_jpeg(381, 65_500), 350),
    "jpeg with stray bytes": (lambda: with_stray_bytes(make_progressive_jpeg(5000, 5000)), 350),
    "rare jpeg": (lambda: make_rare_jpeg(5000, 5000), 350),
    "wide rare jpeg": (lambda: make_rare_jpeg(65_500, 381), 350),
    "tall rare jpeg": (lambda: make_rare_jpeg(381, 65_500), 350),
    "rare jpeg of four inks": (lambda: make_rare_jpeg(5000, 5000, components=4), 450),
    "texts": (lambda: png(4, 4, *[(b"zTXt", b"key\0\0" + zlib.compress(bytes(1_000_000), 9))] * 500, PIXELS), 100),
}


@pytest.mark.parametrize("name", BOMBS)
def test_largest_image_takes_limited_memory(name: str) -> None:
    """Measures the peak, in megabytes above the imports, of a separate process that decodes and resizes."""
    make, limit = BOMBS[name]
    # VmHWM instead of getrusage's ru_maxrss, which a process inherits from pytest, whose own is large.
    program = (
        "import re, sys\n"
        "from inference.decode import pillow; from inference.prepare import prepare_image\n"
        "from inference.preprocess.tensor import InputSpec\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1]) // 1024\n"
        "data = sys.stdin.buffer.read(); before = peak()\n"
        "prepare_image(data, InputSpec(299, 299, 3, 1 / 255, 0.0)); print(peak() - before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], input=make(), capture_output=True, check=True, env={"PYTHONPATH": str(LAMBDAS)}
    )
    assert int(result.stdout) < limit


@pytest.mark.parametrize(("width", "height", "side"), [(MAX_SIDE + 1, 1, "wide"), (1, MAX_SIDE + 1, "high")])
def test_side_over_limit_is_rejected(width: int, height: int, side: str) -> None:
    with pytest.raises(
        InputError, match=f"is 65,536 pixels {side}; a side may have at most 65,535, send a"
    ) as rejected:
        decode(make_png(width, height, kind=0), 3)
    assert rejected.value.code is Code.TOO_LARGE
