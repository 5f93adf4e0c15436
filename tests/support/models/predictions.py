"""Types of the import fixtures, and the predictions of an imported bundle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build.model import run
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec

FindBundle = Callable[[str], tuple[Path, dict[str, Any]]]
ImportResults = dict[str, dict[str, Any]]


def predict_photos(bundle: tuple[Path, dict[str, Any]], workspace: Path) -> NDArray[np.float32]:
    """Return the scores of the photos, float32 [3, labels], decoded and prepared as the manifest specifies."""
    folder, manifest = bundle
    photos = [path.read_bytes() for path in sorted((workspace / "photos").glob("*.jpg"))]
    arrays = np.concatenate([prepare_image(data, InputSpec(**manifest["input"])) for data in photos])
    return run.run_litert((folder / manifest["model"]).read_bytes(), arrays)
