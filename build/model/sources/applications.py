"""A classifier of keras.applications, with published weights, weights from a file, or random ones."""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import colour_transform
from build.model.graph import as_float32
from build.model.images import generated
from build.model.labels import numbered
from build.model.options import Scale, Wish
from build.model.sources.frozen import frozen
from build.model.sources.keras_file import keras_ends, predict
from build.model.sources.source import Source, input_shape, scaled
from inference.preprocess.tensor import InputSpec

PREFIX = "keras:"
_IMAGENET = 1000
_SEED = 20191
_PROBES = 16


def open_application(name: str, wish: Wish, classes: int | None) -> Source:
    """The architecture `name`; with `classes` outputs when its weights are not imagenet's.

    What it does to pixels is asked of its own preprocess_input: as a scale and offset where that says it, else folded
    into the graph. Raises ModelImportError for an unknown name, or weights that cannot be had or do not fit.
    """
    architecture = _architecture(name)
    tf.keras.utils.set_random_seed(_SEED)
    published = wish.weights == "imagenet"
    outputs = _IMAGENET if published or classes is None else classes
    model = _made(name, architecture, wish, outputs)
    shape = input_shape(keras_ends(model)[0], wish.size)
    preprocess = sys.modules[architecture.__module__].preprocess_input
    if wish.weights == "none":
        _spread(model, as_float32(preprocess(generated(InputSpec(*shape, scale=1.0, offset=0.0)).pixels()[:_PROBES])))
    network = frozen(lambda images: model(images, training=False), shape)
    mix = colour_transform.observed(preprocess)
    scale = mix.scale()
    notes: list[str] = []
    if wish.scale is None and scale is None:
        network = colour_transform.put_in_front(network, mix, shape)
        notes = ["Its preparation (channels and means) is the first step of the graph, so pixels go in as they are."]
    unnamed = outputs == _IMAGENET and not wish.labels
    names = _class_names() if unnamed else None
    if unnamed and names is None:
        notes.append("Imagenet's class names could not be fetched.")
    own = wish.scale is None
    return Source(
        kind=f"keras.applications.{name}, weights {wish.weights if published else Path(wish.weights).name}",
        size=sum(weight.nbytes for weight in map(as_float32, model.weights)),
        network=network,
        shape=shape,
        scores=lambda pictures, given: predict(
            model, as_float32(preprocess(pictures.pixels())) if own else scaled(pictures, given)
        ),
        scale=scale or Scale(1.0, 0.0),
        labels=names,
        notes=notes,
    )


def _architecture(name: str) -> Callable[..., Any]:
    known = sorted(name for name, made in vars(tf.keras.applications).items() if inspect.isfunction(made))
    if name not in known:
        raise ModelImportError(f"{PREFIX}{name} is not in keras.applications; it has: {', '.join(known)}.")
    found: Callable[..., Any] = getattr(tf.keras.applications, name)
    return found


def _made(name: str, architecture: Callable[..., Any], wish: Wish, classes: int) -> Any:
    size = {"input_shape": (*wish.size, 3)} if wish.size else {}
    published = wish.weights == "imagenet"
    try:
        model = architecture(weights="imagenet" if published else None, classes=classes, **size)
    except ValueError as error:
        raise ModelImportError(f"{PREFIX}{name} cannot be made so: {' '.join(str(error).split())[:200]}.") from error
    except Exception as error:
        raise ModelImportError(
            f"The published weights of {name} cannot be fetched ({' '.join(str(error).split())[:160]}). Give "
            "WEIGHTS=FILE with a file of them, or WEIGHTS=none for random ones (to try and measure, not to classify)."
        ) from error
    if not published and wish.weights != "none":
        _load(model, Path(wish.weights), name)
    return model


def _spread(model: Any, arrays: NDArray[np.float32]) -> None:
    """Spread the scores of a network with random weights: untrained, it gives every image the same ones.

    Batch normalisations get the statistics of `arrays`, as training would give them, and the last layer such weights
    and biases that its logits have the mean 0 and the deviation 1.
    """
    for layer in model.layers:
        if isinstance(layer, tf.keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(arrays, training=True)
    last = [layer for layer in model.layers if getattr(layer, "kernel", None) is not None][-1]
    features = predict(tf.keras.Model(model.inputs, last.input), arrays)
    kernel = last.kernel.numpy()
    weights = kernel.reshape(features.shape[1], -1)
    weights /= ((features - features.mean(axis=0)) @ weights).std()
    last.kernel.assign(weights.reshape(kernel.shape))
    last.bias.assign(-features.mean(axis=0) @ weights)


def _load(model: Any, path: Path, name: str) -> None:
    if not path.is_file():
        raise ModelImportError(f"WEIGHTS: there is no file {path}; give a weights file, none, or imagenet.")
    try:
        model.load_weights(path)
    except Exception as error:
        raise ModelImportError(
            f"The weights in {path} do not fit {name} with {model.outputs[0].shape[-1]} outputs "
            f"({' '.join(str(error).split())[:200]}). With other classes than imagenet's, give their LABELS too."
        ) from error


def _class_names() -> list[str] | None:
    """Imagenet's names as Keras publishes them; None when they cannot be fetched."""
    try:
        rows = tf.keras.applications.imagenet_utils.decode_predictions(
            as_float32([[1 - i / _IMAGENET for i in range(_IMAGENET)]]), top=_IMAGENET
        )
    except Exception:
        return None
    names = [name.replace("_", " ") for _, name, _ in rows[0]]
    return names if len(names) == len(numbered(_IMAGENET)) else None
