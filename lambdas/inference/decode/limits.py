"""Limits that all image formats share, and the rejection of a damaged image."""

from inference.errors import Code, InputError

# Decoding takes up to 25 bytes a pixel (WEBP), so 25 million pixels take up to 625 MB of the function's memory.
MAX_PIXELS = 25_000_000
# JPEG's own limit. Some memory grows with the longer side alone, and a small PNG may be a million pixels wide.
MAX_SIDE = 65_535
# Each scan of a progressive JPEG covers the whole image and may have only a few bytes. Cameras write about 10.
MAX_SCANS = 64


def check_size(height: int, width: int) -> None:
    """Check the size of an image before it is decoded.

    Raises:
        InputError: The image has no pixels (bad_image), too many pixels or too long a side (too_large).
    """
    if height < 1 or width < 1:
        raise bad_image_error("its size is not valid")
    if height * width > MAX_PIXELS:
        raise InputError(
            Code.TOO_LARGE,
            f"The image has {width} x {height} pixels; at most {MAX_PIXELS:,} are decoded, send a smaller one.",
        )
    for side, length in (("wide", width), ("high", height)):
        if length > MAX_SIDE:
            raise InputError(
                Code.TOO_LARGE,
                f"The image is {length:,} pixels {side}; a side may have at most {MAX_SIDE:,}, send a smaller one.",
            )


def bad_image_error(reason: str) -> InputError:
    """Return the rejection of a file that begins like an image but cannot be decoded."""
    return InputError(Code.BAD_IMAGE, f"The image is damaged or cut short ({reason}); export and send it again.")
