"""The limits and the refusals that all image formats share."""

from inference.faults import Code, PermanentFault

# Decoding takes up to 22 bytes a pixel (WEBP), so this bounds a function's memory: 25 million take 550 MB.
MAX_PIXELS = 25_000_000


def check_size(height: int, width: int) -> None:
    """Raises PermanentFault when an image, not decoded yet, has no pixels or too many."""
    if height < 1 or width < 1:
        raise damaged("its size is not valid")
    if height * width > MAX_PIXELS:
        raise PermanentFault(
            Code.TOO_LARGE,
            f"The image has {width} x {height} pixels; at most {MAX_PIXELS:,} are decoded, send a smaller one.",
        )


def damaged(why: str) -> PermanentFault:
    """The refusal of an image that begins well and cannot be decoded."""
    return PermanentFault(Code.BAD_IMAGE, f"The image is damaged or cut short ({why}); export and send it again.")
