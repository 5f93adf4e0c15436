"""The held-out digit scans as files of a site: /digits/<number>.png."""

from dataclasses import dataclass

from models.digits import scans
from sluice.image_server import File


@dataclass(frozen=True)
class Digit:
    """One held-out scan: its path on the site, its PNG, and what it shows."""

    path: str
    png: bytes
    label: str


def held_out() -> list[Digit]:
    """All 599 scans that the model never saw in training."""
    held = scans.load_held_out()
    return [
        Digit(f"/digits/{number}.png", scans.encode_png(image), scans.LABELS[label])
        for number, image, label in zip(held.numbers, held.images, held.labels, strict=True)
    ]


def files(digits: list[Digit]) -> dict[str, File]:
    """The scans as a site's files."""
    return {digit.path: File(digit.png, "image/png") for digit in digits}
