"""Whatever FROM names, opened by the module for its kind."""

from pathlib import Path

from build.errors import ModelImportError
from build.model.options import Wish
from build.model.sources.source import Source

KINDS = (
    "a .keras or .h5 file, a SavedModel folder, a frozen graph (.pb), a .tflite, or keras:NAME as in keras:MobileNetV2"
)


def open_source(wish: Wish, classes: int | None) -> Source:
    """The model that `wish` names; `classes` is how many labels came with it. Raises ModelImportError."""
    if wish.source.startswith("keras:"):
        from build.model.sources.applications import open_application

        return open_application(wish.source.removeprefix("keras:"), wish, classes)
    if not wish.source:
        raise ModelImportError(f"FROM is missing; give {KINDS}.")
    path = Path(wish.source)
    if not path.exists():
        raise ModelImportError(f"FROM: there is no {path}; give {KINDS}.")
    if path.is_file() and path.stat().st_size == 0:
        raise ModelImportError(f"FROM: {path} is empty; give {KINDS}.")
    if path.suffix in (".keras", ".h5", ".hdf5") and path.is_file():
        from build.model.sources.keras_file import open_keras_file

        return open_keras_file(path, wish)
    if path.suffix == ".tflite" and path.is_file():
        from build.model.sources.tflite import open_tflite

        return open_tflite(path, wish)
    from build.model.sources.saved_model import FILE, open_saved_model

    if path.name == FILE:
        path = path.parent
    if path.is_dir():
        if not (path / FILE).is_file():
            raise ModelImportError(f"FROM: the folder {path} is no SavedModel, it has no {FILE}; give {KINDS}.")
        return open_saved_model(path, wish)
    if path.suffix == ".pb":
        from build.model.sources.frozen_graph import open_frozen_graph

        return open_frozen_graph(path, wish)
    raise ModelImportError(f"FROM: {path} is of no known kind; give {KINDS}.")
