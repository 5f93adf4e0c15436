"""What the product itself answers with a made bundle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build.model import run
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec

Made = Callable[[str], tuple[Path, dict[str, Any]]]
Said = dict[str, dict[str, Any]]


def scores(made: tuple[Path, dict[str, Any]], workshop: Path) -> NDArray[np.float32]:
    """The scores of the photographs' bytes, float32 [3, labels], decoded and prepared as the manifest says."""
    folder, manifest = made
    photographs = [path.read_bytes() for path in sorted((workshop / "photos").glob("*.jpg"))]
    arrays = np.concatenate([prepare_image(data, InputSpec(**manifest["input"])) for data in photographs])
    return run.litert((folder / manifest["model"]).read_bytes(), arrays)
