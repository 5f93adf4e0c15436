"""The tensorflow layer as the functions have it: its libraries on the path."""

import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from inference.models.engines import tensorflow_libraries

OUT = Path(__file__).parents[3] / "build" / "out"


@pytest.fixture(scope="session")
def packed(build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the layer's compressed libraries."""
    folder = tmp_path_factory.mktemp("tensorflow")
    with ZipFile(OUT / build_name / "tensorflow.zip") as layer:
        layer.extractall(folder, [name for name in layer.namelist() if f"/{tensorflow_libraries.FOLDER}/" in name])
    return folder / "python" / tensorflow_libraries.FOLDER


@pytest.fixture
def tensorflow_layer(packed: Path) -> Iterator[None]:
    """The layer on the path."""
    sys.path.append(str(packed.parent))
    yield
    sys.path.remove(str(packed.parent))
