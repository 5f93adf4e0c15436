"""The data of the digits model: scikit-learn's copy of the UCI handwritten digits, a third of it held out."""

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
_GREY_LEVELS = 16


@dataclass(frozen=True)
class Scans:
    """Scans of digits.

    Attributes:
        images: uint8 [n, 8, 8], 0 for paper to 255 for ink.
        labels: int64 [n], the digits.
        numbers: int64 [n], the indices in the data set of 1,797 scans, which identify a scan.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    numbers: NDArray[np.int64]


def load_training() -> Scans:
    """Return the 1,198 scans of the training set."""
    return _load(0)


def load_held_out() -> Scans:
    """Return the 599 scans of the test set: always the same ones, with each digit in its proportion."""
    return _load(1)


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode one scan, uint8 [8, 8], as a greyscale PNG of the same size."""
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def _load(part: int) -> Scans:
    digits = load_digits()
    numbers = train_test_split(
        np.arange(len(digits.target)), test_size=HELD_OUT, stratify=digits.target, random_state=_SPLIT_SEED
    )[part]
    images = np.rint(digits.images[numbers] * (255 / _GREY_LEVELS)).astype(np.uint8)
    return Scans(images, digits.target[numbers].astype(np.int64), numbers.astype(np.int64))
