"""The held-out digit scans as files of an image server: /digits/<number>.png."""

from dataclasses import dataclass

from models.digits import scans
from sluice.image_server import File


@dataclass(frozen=True)
class Digit:
    """One held-out scan: its path on the server, its PNG, and the digit that it shows."""

    path: str
    png: bytes
    label: str


def load_digits() -> list[Digit]:
    """Return all 599 scans that were not used to train the demo model."""
    held_out = scans.load_held_out()
    return [
        Digit(f"/digits/{number}.png", scans.encode_png(image), scans.LABELS[label])
        for number, image, label in zip(held_out.numbers, held_out.images, held_out.labels, strict=True)
    ]


def to_files(digits: list[Digit]) -> dict[str, File]:
    """Return the scans as files of an image server, by path."""
    return {digit.path: File(digit.png, "image/png") for digit in digits}
