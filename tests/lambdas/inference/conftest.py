"""Fixtures with the tensorflow layer, as functions have it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from inference.models.engines import tensorflow_libraries

OUT = Path(__file__).parents[3] / "build" / "out"


@pytest.fixture(scope="session")
def packed(build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the layer that has the compressed libraries."""
    folder = tmp_path_factory.mktemp("tensorflow")
    with ZipFile(OUT / build_name / "tensorflow.zip") as layer:
        layer.extractall(folder, [name for name in layer.namelist() if f"/{tensorflow_libraries.FOLDER}/" in name])
    return folder / "python" / tensorflow_libraries.FOLDER


@pytest.fixture
def tensorflow_layer(packed: Path) -> Iterator[None]:
    """The layer, on sys.path."""
    sys.path.append(str(packed.parent))
    yield
    sys.path.remove(str(packed.parent))
