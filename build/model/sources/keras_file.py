"""A .keras or .h5 file."""

import re
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import tensorflow as tf

from build.errors import ModelImportError
from build.model.graph import as_float32, freeze
from build.model.options import ImportOptions
from build.model.sources.source import Source, resolve_shape, scale_pixels

_BATCH = 8


def open_keras_file(path: Path, options: ImportOptions) -> Source:
    """Open the model of a Keras file.

    Raises:
        ModelImportError: Keras cannot load the file, or the model is not an image classifier.
    """
    if path.suffix == ".keras" and not is_zipfile(path):
        raise ModelImportError(
            f"{path} is not a .keras file, which is a zip archive: save the model again with model.save()."
        )
    try:
        model = tf.keras.models.load_model(path, compile=False)
    except Exception as error:
        raise ModelImportError(_describe(path, str(error))) from error
    input_shape, outputs = inspect_model(model)
    shape = resolve_shape(input_shape, options.size)
    if outputs != 1:
        raise ModelImportError(
            f"{path} has {outputs} outputs, but a classifier has one: create a model with that output and save it."
        )
    return Source(
        kind=f"Keras file {path.name}",
        size=path.stat().st_size,
        network=freeze(lambda images: model(images, training=False), shape),
        shape=shape,
        scores=lambda images, scale: predict(model, scale_pixels(images, scale)),
    )


def inspect_model(model: Any) -> tuple[tuple[int | None, ...], int]:
    """Inspect the shape of a Keras model's only input, and its number of outputs.

    Raises:
        ModelImportError: The model has no defined input, or several.
    """
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1:
        raise ModelImportError(
            f"The model {model.name} has {len(inputs)} inputs, but Sluice passes one image: create a model with one "
            "input."
            if inputs
            else f"The model {model.name} has no defined input: build it for one input shape, and save it again."
        )
    return tuple(inputs[0].shape), len(model.outputs)


def predict(model: Any, arrays: Any) -> Any:
    """Compute a Keras model's scores, float32 [n, labels], for float32 [n, height, width, channels]."""
    scores = as_float32(model.predict(arrays, batch_size=_BATCH, verbose=0))
    return scores.reshape(len(arrays), -1)


def _describe(path: Path, message: str) -> str:
    fix = (
        "Export the model where its code is (model.export(FOLDER)) and import that folder, a SavedModel, which needs "
        "no code."
    )
    unknown = re.search(r"(?:Could not locate class|Unknown layer:?|Unknown object:?) '?(\w+)'?", message)
    if unknown:
        return f"{path} has the custom layer {unknown[1]}, whose code is not available to Keras here. {fix}"
    if "ambda" in message and ("unsafe" in message or "arbitrary" in message):
        return f"{path} has a Lambda layer, whose code is not executed because a file may come from anyone. {fix}"
    if "No model config" in message or "no model config" in message.lower():
        return f"{path} contains weights only. Import the whole model, or use FROM=keras:NAME WEIGHTS={path}."
    first = " ".join(message.split())[:200]
    return f"Keras {tf.keras.__version__} cannot load {path} ({first}): save the model again with this version."
