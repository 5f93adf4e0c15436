"""Dollars and images as people read them."""

from collections.abc import Mapping


def dollars(amount: float) -> str:
    """Cents, and more digits only below ten cents."""
    return f"${amount:,.2f}" if amount >= 0.095 or amount == 0 else f"${amount:.2g}"


def cheaper(span: Mapping[str, float | None]) -> str:
    """From or up to how many images a month."""
    if span["from"] is None:
        return "never"
    if span["until"] is not None:
        return f"below {many(span['until'])}"
    return f"from {many(span['from'])}" if span["from"] else "always"


def many(images: float) -> str:
    """Three digits that matter."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if images >= size:
            return f"{images / size:.3g}{word}"
    return f"{images:,.0f}"


def seconds(value: float) -> str:
    """Milliseconds, three digits that matter."""
    return f"{value * 1000:.3g} ms"
