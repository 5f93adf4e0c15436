"""The limits and the refusals that all image formats share."""

from inference.errors import Code, InputError

# Decoding takes up to 25 bytes a pixel (WEBP), so this bounds a function's memory: 25 million take 625 MB.
MAX_PIXELS = 25_000_000
# JPEG's own limit: some memory goes with the longer side alone, and a PNG of a kilobyte may be a million pixels wide.
MAX_SIDE = 65_535


def check_size(height: int, width: int) -> None:
    """Raises InputError when an image, not decoded yet, has no pixels, too many or too many in a row."""
    if height < 1 or width < 1:
        raise damaged("its size is not valid")
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


def damaged(why: str) -> InputError:
    """The refusal of an image that begins well and cannot be decoded."""
    return InputError(Code.BAD_IMAGE, f"The image is damaged or cut short ({why}); export and send it again.")
