"""An opened source, how to open one, and what all kinds of sources share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model.graph import Graph
from build.model.images import ImageSet
from build.model.options import ImportOptions, Scale

Shape = tuple[int, int, int]
_KINDS = "a .keras or .h5 file, a SavedModel folder, a frozen graph (.pb), a .tflite, or keras:NAME (keras:MobileNetV2)"
_SAVED_MODEL = "saved_model.pb"


@dataclass(frozen=True)
class Source:
    """An opened model.

    Attributes:
        kind: A description for users.
        size: The size of its file, folder or weights in bytes.
        network: A frozen graph, or the bytes of a .tflite, that takes float32 [1, *shape].
        shape: (height, width, channels) of the input.
        scores: Runs the original, unchanged model: maps images to float32 [n, labels]. It applies the scale, unless the
            source has its own preprocessing.
        scale: The scale of pixels; None if the model does not define it.
        labels: The labels; None if the model does not define them.
        notes: Sentences for the user.
    """

    kind: str
    size: int
    network: Graph | bytes
    shape: Shape
    scores: Callable[[ImageSet, Scale], NDArray[np.float32]]
    scale: Scale | None = None
    labels: list[str] | None = None
    notes: list[str] = field(default_factory=list)


def open_source(options: ImportOptions, classes: int | None) -> Source:
    """Open the source of an import.

    Args:
        options: The options of the import.
        classes: The number of labels; None if it is unknown.

    Raises:
        ModelImportError: The source does not exist, is of an unknown kind, or cannot be opened.
    """
    if options.source.startswith("keras:"):
        from build.model.sources.applications import open_application

        return open_application(options.source.removeprefix("keras:"), options, classes)
    if not options.source:
        raise ModelImportError(f"FROM is missing: use {_KINDS}.")
    path = Path(options.source)
    if not path.exists():
        raise ModelImportError(f"Invalid FROM: {path} does not exist. Use {_KINDS}.")
    if path.is_file() and path.stat().st_size == 0:
        raise ModelImportError(f"Invalid FROM: {path} is empty. Use {_KINDS}.")
    if path.suffix in (".keras", ".h5", ".hdf5") and path.is_file():
        from build.model.sources.keras_file import open_keras_file

        return open_keras_file(path, options)
    if path.suffix == ".tflite" and path.is_file():
        from build.model.sources.tflite import open_tflite

        return open_tflite(path, options)
    from build.model.sources.saved_model import open_saved_model

    if path.name == _SAVED_MODEL:
        path = path.parent
    if path.is_dir():
        if not (path / _SAVED_MODEL).is_file():
            raise ModelImportError(
                f"Invalid FROM: the folder {path} is not a SavedModel, because it has no {_SAVED_MODEL}. Use {_KINDS}."
            )
        return open_saved_model(path, options)
    if path.suffix == ".pb":
        from build.model.sources.frozen_graph import open_frozen_graph

        return open_frozen_graph(path, options)
    raise ModelImportError(f"Invalid FROM: {path} is of an unknown kind. Use {_KINDS}.")


def resolve_shape(declared: tuple[int | None, ...], size: tuple[int, int] | None) -> Shape:
    """Resolve (height, width, channels) of an image model's input.

    Args:
        declared: The shape [batch, height, width, channels] in the model; None for any size.
        size: (height, width) for sides that the model leaves open.

    Raises:
        ModelImportError: The input is not an image, or its size is unknown or differs from `size`.
    """
    if len(declared) != 4:
        raise ModelImportError(
            f"The model's input has {len(declared)} axes; an image model takes [batch, height, width, channels]."
        )
    _, height, width, channels = declared
    if channels not in (1, 3):
        raise ModelImportError(
            f"The model's input is {_format(declared)}, but its last axis must have 1 (grey) or 3 (RGB) channels: "
            "export it so."
        )
    if size is None and (height is None or width is None):
        raise ModelImportError(
            f"SIZE is missing: the model takes images of any size ({_format(declared)}). Use SIZE=224 or SIZE=224x320."
        )
    if size is not None and (height or size[0], width or size[1]) != size:
        raise ModelImportError(
            f"Invalid SIZE {size[0]}x{size[1]}: the model takes {_format(declared)}. Leave SIZE out."
        )
    default = size or (0, 0)
    return height or default[0], width or default[1], channels


def scale_pixels(images: ImageSet, scale: Scale) -> NDArray[np.float32]:
    """Compute the network's input, float32 [n, height, width, channels], equal to inference.prepare.prepare_image."""
    return images.pixels() * np.float32(scale.scale) + np.float32(scale.offset)


def _format(shape: tuple[int | None, ...]) -> str:
    return "[" + ", ".join("any" if side is None else str(side) for side in shape) + "]"
