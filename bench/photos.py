"""Images for the benchmark: crops of scikit-learn's two sample photographs, mirrored until they are large enough."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_images

QUALITY = 90
SIZES = {"small": (320, 320), "1 MP": (1152, 864), "12 MP": (4000, 3000)}  # width, height
COUNTS = {"small": 10, "1 MP": 10, "12 MP": 2}


@dataclass(frozen=True)
class Photo:
    """A JPEG and the path at which it is served."""

    path: str
    jpeg: bytes


def create_photos() -> dict[str, list[Photo]]:
    """Create the photos of each size, all different and always the same: 4:2:0 JPEGs as cameras write them."""
    random = np.random.default_rng(4)
    scenes = [np.asarray(image) for image in load_sample_images().images]
    photos: dict[str, list[Photo]] = {}
    for size, (width, height) in SIZES.items():
        folder = size.replace(" ", "").lower()
        photos[size] = [
            Photo(f"/{folder}/{number}.jpg", _encode(_crop(random, scenes[number % len(scenes)], width, height)))
            for number in range(COUNTS[size])
        ]
    return photos


def _crop(random: np.random.Generator, scene: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Crop uint8 [height, width, 3] at a random position of the scene, mirrored at its edges."""
    pair = np.concatenate([scene, scene[:, ::-1]], axis=1)
    tile = np.concatenate([pair, pair[::-1]], axis=0)
    top, left = random.integers(tile.shape[0]), random.integers(tile.shape[1])
    rows = (np.arange(height) + top) % tile.shape[0]
    columns = (np.arange(width) + left) % tile.shape[1]
    crop: NDArray[np.uint8] = tile[rows[:, None], columns]
    return crop


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY, subsampling="4:2:0")
    return buffer.getvalue()
