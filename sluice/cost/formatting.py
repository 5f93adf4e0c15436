"""Format amounts of dollars, images and seconds for people."""

from collections.abc import Mapping


def format_dollars(amount: float) -> str:
    """Return dollars and cents; two significant digits for less than ten cents."""
    return f"${amount:,.2f}" if amount >= 0.095 or amount == 0 else f"${amount:.2g}"


def format_cheaper_range(images: Mapping[str, float | None]) -> str:
    """Return the images per month for which an alternative is cheaper, for example "from 2.5 million"."""
    if images["from"] is None:
        return "never"
    if images["until"] is not None:
        return f"below {format_count(images['until'])}"
    return f"from {format_count(images['from'])}" if images["from"] else "always"


def format_count(images: float) -> str:
    """Return a number; three significant digits from a million on."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if images >= size:
            return f"{images / size:.3g}{word}"
    return f"{images:,.0f}"


def format_milliseconds(seconds: float) -> str:
    """Return seconds as milliseconds with three significant digits."""
    return f"{seconds * 1000:.3g} ms"
