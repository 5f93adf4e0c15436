"""The scans: scikit-learn's copy of the UCI handwritten digits, with the third that no training ever sees."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

LABELS = tuple("0123456789")
HELD_OUT = 599
_SPLIT_SEED = 1797
_GREYS = 16


@dataclass(frozen=True)
class Scans:
    """Scans and what they show: images uint8 [n, 8, 8] (0 = paper, 255 = ink), labels int64 [n], numbers int64 [n].

    `numbers` are the scans' places in the whole set of 1,797: a name that lasts.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    numbers: NDArray[np.int64]


def training() -> Scans:
    """The 1,198 scans to learn from."""
    return _part(0)


def held_out() -> Scans:
    """The 599 scans to measure by: every digit in the proportion of the whole set, always the same ones."""
    return _part(1)


def png(image: NDArray[np.uint8]) -> bytes:
    """One scan, uint8 [8, 8], as a greyscale PNG of the same size."""
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def _part(which: int) -> Scans:
    digits = load_digits()
    numbers = train_test_split(
        np.arange(len(digits.target)), test_size=HELD_OUT, stratify=digits.target, random_state=_SPLIT_SEED
    )[which]
    images = np.rint(digits.images[numbers] * (255 / _GREYS)).astype(np.uint8)
    return Scans(images, digits.target[numbers].astype(np.int64), numbers.astype(np.int64))
