"""The images by which a conversion is judged, read as the product reads them."""

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

GENERATED = 32
MOST = 1000
_KINDS = {".jpg", ".jpeg", ".png", ".webp"}
_SEED = 20191


@dataclass(frozen=True)
class Picture:
    """An image: its bytes, and its `pixels`, float32 [height, width, channels] in 0..255 at the model's size."""

    data: bytes
    pixels: NDArray[np.float32]


@dataclass(frozen=True)
class Pictures:
    """Images and where they come from, in words."""

    origin: str
    pictures: tuple[Picture, ...]

    def pixels(self) -> NDArray[np.float32]:
        """All of them, float32 [n, height, width, channels] in 0..255."""
        return np.stack([picture.pixels for picture in self.pictures])


def from_folder(folder: Path, takes: InputSpec) -> Pictures:
    """The first thousand images of a folder and those in it, by name. Raises ModelImportError when none can be read."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _KINDS and path.is_file())
    if not files:
        raise ModelImportError(f"IMAGES: no JPEG, PNG or WEBP file lies in {folder}.")
    found, refused = [], ""
    for path in files[:MOST]:
        try:
            found.append(_read(path.read_bytes(), takes))
        except (InputError, OSError) as fault:
            refused = refused or f"{path}: {fault}"
    if not found:
        raise ModelImportError(f"IMAGES: none of the {len(files)} images in {folder} can be read; {refused}")
    left_out = f", {len(files[:MOST]) - len(found)} unreadable left out" if refused else ""
    return Pictures(f"of a folder of {len(files):,}{left_out}", tuple(found))


def generated(takes: InputSpec) -> Pictures:
    """Coloured patches, coarse to fine, as JPEGs a quarter larger than the model's size; always the same ones."""
    random = np.random.default_rng(_SEED)
    height, width = takes.height * 5 // 4, takes.width * 5 // 4
    found = []
    for number in range(GENERATED):
        patches = 2 + number % 8
        colours = random.integers(0, 256, (patches, patches, takes.channels), dtype=np.uint8)
        image = Image.fromarray(colours.squeeze()).resize((width, height), Image.Resampling.BICUBIC)
        file = BytesIO()
        image.save(file, "JPEG", quality=92)
        found.append(_read(file.getvalue(), takes))
    return Pictures("generated: smooth patches of random colours", tuple(found))


def _read(data: bytes, takes: InputSpec) -> Picture:
    return Picture(data, prepare_image(data, takes)[0])
