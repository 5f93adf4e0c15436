"""PNG, WEBP and rare JPEGs to pixels with Pillow, after checks that do not decode anything.

Imported only when such a file arrives, since Pillow takes a while to import.
"""

import io
import struct
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from inference.decode.exif import read_orientation, rotate_upright
from inference.decode.limits import MAX_PIXELS, bad_image_error, check_size

# Sizes are checked before Pillow decodes. If a file evades the check, Pillow's own limit is an error too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_MAX_CHUNKS = 20_000

# The factors (across, down) for which libjpeg interpolates colours. For other factors it repeats the colour values.
_INTERPOLATED = {(2, 1), (1, 2), (2, 2)}


def decode_png(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """Decode a PNG.

    Args:
        data: The bytes of the file.
        channels: 1 (luminance) or 3 (red, green, blue).

    Returns:
        uint8 [h, w, channels], upright, over white; the first frame of an animation.

    Raises:
        InputError: The image is too large (too_large) or damaged (bad_image).
    """
    pixels_only, exif = _reduce_png(data)
    return rotate_upright(_decode(pixels_only, "PNG", channels), read_orientation(exif))


def decode_webp(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """Decode a WEBP. Arguments, result and errors are those of `decode_png`."""
    check_size(*_read_webp_size(data))
    return _decode(data, "WEBP", channels)


def decode_jpeg(data: bytes, channels: int, sampling: list[tuple[int, int]]) -> NDArray[np.uint8]:
    """Decode a JPEG whose sampling simplejpeg does not support.

    Pillow either interpolates colours or uses the transform of TensorFlow, not both. So the transform is TensorFlow's
    only if libjpeg interpolates no component.

    Args:
        data: The bytes of the file. Wrong codes within a scan are not detected.
        channels: 1 (luminance) or 3 (red, green, blue).
        sampling: (horizontal, vertical) sampling factors of each component.

    Returns:
        uint8 [h, w, channels], turned upright if the file has an Exif block, else as stored.

    Raises:
        InputError: The image is too large (too_large) or damaged (bad_image).
    """
    widest, highest = (max(factors) for factors in zip(*sampling, strict=True))
    factors = {(widest / across, highest / down) for across, down in sampling}
    return _decode(data, "JPEG", channels, fast_transform=_INTERPOLATED.isdisjoint(factors))


def _decode(data: bytes | bytearray, format_: str, channels: int, *, fast_transform: bool = False) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(data), formats=[format_]) as image:
            check_size(image.height, image.width)
            if format_ == "JPEG":
                image.draft("L" if channels == 1 else None, None)  # libjpeg's luminance
                image.decoderconfig = (1, int(fast_transform))
            image.load()
            pixels = _to_array(image, "L" if channels == 1 else "RGB")
            return rotate_upright(pixels, read_orientation(image.info.get("exif", b"")))
    except MemoryError:
        raise
    # Pillow raises many kinds of exceptions for damaged files.
    except Exception as error:
        raise bad_image_error(f"it is not a valid {format_}") from error


def _to_array(image: ImageFile.ImageFile, mode: str) -> NDArray[np.uint8]:
    """Return uint8 [h, w, channels of `mode`]: 16 bits cut to 8, palettes looked up, transparent parts over white."""
    if image.mode.startswith("I"):
        grey = (np.asarray(image) >> 8).astype(np.uint8)[:, :, None]
        return grey if mode == "L" else grey.repeat(3, axis=2)
    opaque: Image.Image = image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        opaque = Image.new(mode, image.size, "white")
        opaque.paste(layer.convert(mode), mask=layer.getchannel("A"))
    elif image.mode != mode:
        opaque = image.convert(mode)
    pixels: NDArray[np.uint8] = np.asarray(opaque)
    return pixels[:, :, None] if mode == "L" else pixels


def _reduce_png(data: bytes | bytearray) -> tuple[bytes, bytes]:
    """Return the PNG with only the chunks that define its pixels, and its Exif block (empty if it has none).

    Texts, colour profiles and animation frames are dropped: they may expand to a thousand times their size, and the
    labels do not depend on them.
    """
    view = memoryview(data)
    chunks: list[bytes | memoryview] = [_PNG_SIGNATURE]
    exif = b""
    offset = len(_PNG_SIGNATURE)
    for index in range(_MAX_CHUNKS):
        if offset + 12 > len(view):
            raise bad_image_error("it ends early")
        size, kind = struct.unpack_from(">I4s", view, offset)
        end = offset + 12 + size
        if end > len(view):
            raise bad_image_error("it ends early")
        if (kind == b"IHDR") != (index == 0) or (index == 0 and size != 13):
            raise bad_image_error("its header is not valid")
        if index == 0:
            width, height = struct.unpack_from(">II", view, offset + 8)
            check_size(height, width)
        if kind in _PIXEL_CHUNKS:
            chunks.append(view[offset:end])
        elif kind == b"eXIf":
            exif = bytes(view[offset + 8 : end - 4])
        if kind == b"IEND":
            return b"".join(chunks), exif
        offset = end
    raise bad_image_error(f"it has more than {_MAX_CHUNKS:,} parts")


def _read_webp_size(data: bytes | bytearray) -> tuple[int, int]:
    """Return height and width of the canvas. Source: RFC 9649 (WebP image format), sections 2.5 to 2.7."""
    if len(data) < 30:
        raise bad_image_error("it ends early")
    kind = bytes(data[12:16])
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return height, width
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return height & 0x3FFF, width & 0x3FFF
    raise bad_image_error("its header is not valid")
