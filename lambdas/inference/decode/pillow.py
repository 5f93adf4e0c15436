"""PNG, WEBP and rare JPEG bytes to pixels; imported only when one arrives, since Pillow takes a while to import."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from inference.decode import png, webp
from inference.decode.exif import orientation, upright
from inference.decode.limits import MAX_PIXELS, check_size, damaged

# Sizes are checked before Pillow is asked; these make a way round the check an error too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

# How many times across and down libjpeg stretches a JPEG's plane smoothly; by other numbers it repeats its values.
_SMOOTH = {(2, 1), (1, 2), (2, 2)}


def decode_png(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 or 3, upright. Raises InputError (too_large, bad_image)."""
    pixels_only, exif = png.reduce(data)
    return upright(_decode(pixels_only, "PNG", channels), orientation(exif))


def decode_webp(data: bytes | bytearray, channels: int) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 or 3, upright; the first frame of an animation. Raises as decode_png."""
    check_size(*webp.size(data))
    return _decode(data, "WEBP", channels)


def decode_jpeg(data: bytes, channels: int, sampled: list[tuple[int, int]]) -> NDArray[np.uint8]:
    """uint8 [h, w, channels], channels 1 or 3, as it lies in the file; `sampled` as jpeg_header.frame tells it.

    Pillow either has colours stretched smoothly to twice their size or takes the transform that TensorFlow takes, not
    both: the second only where nothing is stretched to twice its size. Raises as decode_png, yet never for wrong codes
    within the data, which Pillow passes over.
    """
    widest, highest = (max(factors) for factors in zip(*sampled, strict=True))
    stretched = {(widest / across, highest / down) for across, down in sampled}
    return _decode(data, "JPEG", channels, fast=_SMOOTH.isdisjoint(stretched))


def _decode(data: bytes | bytearray, format_: str, channels: int, *, fast: bool = False) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(data), formats=[format_]) as image:
            check_size(image.height, image.width)
            if format_ == "JPEG":
                image.draft("L" if channels == 1 else None, None)  # luminance as libjpeg has it
                image.decoderconfig = (1, int(fast))
            image.load()
            pixels = _array(image, "L" if channels == 1 else "RGB")
            return upright(pixels, orientation(image.info.get("exif", b"")))
    except MemoryError:
        raise
    # Pillow lets many kinds of exceptions out of broken files.
    except Exception as error:
        raise damaged(f"it is no valid {format_}") from error


def _array(image: ImageFile.ImageFile, mode: str) -> NDArray[np.uint8]:
    """uint8 [h, w, channels of `mode`]; 16 bits cut to 8, palettes looked up, transparent parts over white."""
    if image.mode.startswith("I"):
        grey = (np.asarray(image) >> 8).astype(np.uint8)[:, :, None]
        return grey if mode == "L" else grey.repeat(3, axis=2)
    flat: Image.Image = image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        flat = Image.new(mode, image.size, "white")
        flat.paste(layer.convert(mode), mask=layer.getchannel("A"))
    elif image.mode != mode:
        flat = image.convert(mode)
    pixels: NDArray[np.uint8] = np.asarray(flat)
    return pixels[:, :, None] if mode == "L" else pixels
