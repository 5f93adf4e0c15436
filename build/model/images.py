"""Images for the parity check, decoded and resized by Sluice's own code."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from build.errors import ModelImportError
from inference.errors import InputError
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec

GENERATED_IMAGES = 32
MAX_IMAGES = 1000
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_SEED = 20191


@dataclass(frozen=True)
class SampleImage:
    """An image file's bytes, and its pixels: float32 [height, width, channels] in 0..255 at the model's size."""

    data: bytes
    pixels: NDArray[np.float32]


@dataclass(frozen=True)
class ImageSet:
    """Images, and a description of their origin."""

    origin: str
    images: tuple[SampleImage, ...]

    def pixels(self) -> NDArray[np.float32]:
        """Stack the pixels of all images, float32 [n, height, width, channels] in 0..255."""
        return np.stack([image.pixels for image in self.images])


def load_images(folder: Path, spec: InputSpec) -> ImageSet:
    """Load the first thousand images of a folder and its subfolders, in the order of their paths.

    Raises:
        ModelImportError: The folder has no image that can be decoded.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    if not files:
        raise ModelImportError(f"Invalid IMAGES: there is no JPEG, PNG or WEBP file in {folder}.")
    images, first_error = [], ""
    for path in files[:MAX_IMAGES]:
        try:
            images.append(_decode(path.read_bytes(), spec))
        except (InputError, OSError) as error:
            first_error = first_error or f"{path}: {error}"
    if not images:
        raise ModelImportError(f"Invalid IMAGES: none of the {len(files)} images in {folder} is valid; {first_error}")
    skipped = f", {len(files[:MAX_IMAGES]) - len(images)} invalid left out" if first_error else ""
    return ImageSet(f"of a folder of {len(files):,}{skipped}", tuple(images))


def generate_images(spec: InputSpec) -> ImageSet:
    """Generate coloured patches, coarse to fine, as JPEGs 25 % larger than the model's input; always the same ones."""
    random = np.random.default_rng(_SEED)
    height, width = spec.height * 5 // 4, spec.width * 5 // 4
    images = []
    for number in range(GENERATED_IMAGES):
        patches = 2 + number % 8
        colours = random.integers(0, 256, (patches, patches, spec.channels), dtype=np.uint8)
        image = Image.fromarray(colours.squeeze()).resize((width, height), Image.Resampling.BICUBIC)
        file = BytesIO()
        image.save(file, "JPEG", quality=92)
        images.append(_decode(file.getvalue(), spec))
    return ImageSet("generated: smooth patches of random colours", tuple(images))


def _decode(data: bytes, spec: InputSpec) -> SampleImage:
    return SampleImage(data, prepare_image(data, spec)[0])
