"""A .keras or .h5 file."""

import re
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import tensorflow as tf

from build.errors import ModelImportError
from build.model.graph import as_float32
from build.model.options import Wish
from build.model.sources.frozen import frozen
from build.model.sources.source import Source, input_shape, scaled

_BATCH = 8


def open_keras_file(path: Path, wish: Wish) -> Source:
    """The model of a Keras file. Raises ModelImportError when Keras cannot read it or it is no image model."""
    if path.suffix == ".keras" and not is_zipfile(path):
        raise ModelImportError(
            f"{path} is no .keras file, which is a zip file: save the model again with model.save()."
        )
    try:
        model = tf.keras.models.load_model(path, compile=False)
    except Exception as error:
        raise ModelImportError(_sentence(path, str(error))) from error
    takes, gives = keras_ends(model)
    shape = input_shape(takes, wish.size)
    if gives != 1:
        raise ModelImportError(
            f"{path} has {gives} outputs; a classifier has one: make a model of that one, and export it."
        )
    return Source(
        kind=f"Keras file {path.name}",
        size=path.stat().st_size,
        network=frozen(lambda images: model(images, training=False), shape),
        shape=shape,
        scores=lambda pictures, scale: predict(model, scaled(pictures, scale)),
    )


def keras_ends(model: Any) -> tuple[tuple[int | None, ...], int]:
    """The shape of a Keras model's one input, and its number of outputs. Raises ModelImportError for several inputs."""
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1:
        raise ModelImportError(
            f"The model {model.name} has {len(inputs)} inputs; Sluice gives it one image: make a model of one input."
            if inputs
            else f"The model {model.name} does not say what it takes; build it for one input shape, and save it again."
        )
    return tuple(inputs[0].shape), len(model.outputs)


def predict(model: Any, arrays: Any) -> Any:
    """A Keras model's scores, float32 [n, labels], of float32 [n, height, width, channels]."""
    scores = as_float32(model.predict(arrays, batch_size=_BATCH, verbose=0))
    return scores.reshape(len(arrays), -1)


def _sentence(path: Path, said: str) -> str:
    cure = "Export it where its code is (model.export(FOLDER)) and give that folder, a SavedModel, which needs no code."
    unknown = re.search(r"(?:Could not locate class|Unknown layer:?|Unknown object:?) '?(\w+)'?", said)
    if unknown:
        return f"{path} has the custom layer {unknown[1]}, whose code Keras does not have here. {cure}"
    if "ambda" in said and ("unsafe" in said or "arbitrary" in said):
        return f"{path} has a Lambda layer: code of its own, which is not run from a file. {cure}"
    if "No model config" in said or "no model config" in said.lower():
        return f"{path} holds weights only. Give the whole model, or FROM=keras:NAME WEIGHTS={path}."
    first = " ".join(said.split())[:200]
    return f"{path} is not a model that Keras {tf.keras.__version__} can read ({first}); save it again."
