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
from build.model.colour_transform import measure_transform, prepend_transform
from build.model.graph import as_float32, freeze
from build.model.images import generate_images
from build.model.options import ImportOptions, Scale
from build.model.sources.keras_file import inspect_model, predict
from build.model.sources.source import Source, resolve_shape, scale_pixels
from inference.preprocess.tensor import InputSpec

PREFIX = "keras:"
_IMAGENET = 1000
_SEED = 20191
_PROBES = 16


def open_application(name: str, options: ImportOptions, classes: int | None) -> Source:
    """Open an architecture of keras.applications.

    Its preprocessing is measured from its own preprocess_input: a scale and an offset if they express it, else a first
    step of the graph.

    Args:
        name: The architecture, for example MobileNetV2.
        options: The options of the import.
        classes: The number of outputs, for weights other than imagenet; None for ImageNet's 1000.

    Raises:
        ModelImportError: The architecture is unknown, or its weights cannot be downloaded or do not fit.
    """
    architecture = _find_architecture(name)
    tf.keras.utils.set_random_seed(_SEED)
    published = options.weights == "imagenet"
    outputs = _IMAGENET if published or classes is None else classes
    model = _create_model(name, architecture, options, outputs)
    shape = resolve_shape(inspect_model(model)[0], options.size)
    preprocess = sys.modules[architecture.__module__].preprocess_input
    if options.weights == "none":
        probes = generate_images(InputSpec(*shape, scale=1.0, offset=0.0)).pixels()[:_PROBES]
        _spread_scores(model, as_float32(preprocess(probes)))
    network = freeze(lambda images: model(images, training=False), shape)
    transform = measure_transform(preprocess)
    scale = transform.to_scale()
    notes: list[str] = []
    if options.scale is None and scale is None:
        network = prepend_transform(network, transform, shape)
        notes = ["Its preprocessing (channel order and means) is the first step of the graph, which takes raw pixels."]
    unnamed = outputs == _IMAGENET and not options.labels
    labels = _download_labels() if unnamed else None
    if unnamed and labels is None:
        notes.append("ImageNet's class names could not be downloaded.")
    own_preprocessing = options.scale is None
    return Source(
        kind=f"keras.applications.{name}, weights {options.weights if published else Path(options.weights).name}",
        size=sum(weight.nbytes for weight in map(as_float32, model.weights)),
        network=network,
        shape=shape,
        scores=lambda images, input_scale: predict(
            model, as_float32(preprocess(images.pixels())) if own_preprocessing else scale_pixels(images, input_scale)
        ),
        scale=scale or Scale(1.0, 0.0),
        labels=labels,
        notes=notes,
    )


def _find_architecture(name: str) -> Callable[..., Any]:
    known = sorted(name for name, value in vars(tf.keras.applications).items() if inspect.isfunction(value))
    if name not in known:
        raise ModelImportError(f"{PREFIX}{name} is not in keras.applications: choose one of {', '.join(known)}.")
    architecture: Callable[..., Any] = getattr(tf.keras.applications, name)
    return architecture


def _create_model(name: str, architecture: Callable[..., Any], options: ImportOptions, classes: int) -> Any:
    size = {"input_shape": (*options.size, 3)} if options.size else {}
    published = options.weights == "imagenet"
    try:
        model = architecture(weights="imagenet" if published else None, classes=classes, **size)
    except ValueError as error:
        raise ModelImportError(
            f"Cannot create {PREFIX}{name} with these options: {' '.join(str(error).split())[:200]}."
        ) from error
    except Exception as error:
        raise ModelImportError(
            f"Cannot download the published weights of {name} ({' '.join(str(error).split())[:160]}). Use WEIGHTS=FILE "
            "with a local file, or WEIGHTS=none for random weights (to measure, not to classify)."
        ) from error
    if not published and options.weights != "none":
        _load_weights(model, Path(options.weights), name)
    return model


def _spread_scores(model: Any, arrays: NDArray[np.float32]) -> None:
    """Make a network with random weights return different scores for different images.

    Batch normalizations get the statistics of `arrays`, as in training. The last layer gets weights and biases with
    which its logits have mean 0 and standard deviation 1.
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


def _load_weights(model: Any, path: Path, name: str) -> None:
    if not path.is_file():
        raise ModelImportError(f"Invalid WEIGHTS: the file {path} does not exist. Use a file, none or imagenet.")
    try:
        model.load_weights(path)
    except Exception as error:
        raise ModelImportError(
            f"The weights in {path} do not fit {name} with {model.outputs[0].shape[-1]} outputs "
            f"({' '.join(str(error).split())[:200]}). If they have other classes than ImageNet, add LABELS."
        ) from error


def _download_labels() -> list[str] | None:
    """Download ImageNet's class names as Keras publishes them; None if they cannot be downloaded."""
    try:
        rows = tf.keras.applications.imagenet_utils.decode_predictions(
            as_float32([[1 - i / _IMAGENET for i in range(_IMAGENET)]]), top=_IMAGENET
        )
    except Exception:
        return None
    names = [name.replace("_", " ") for _, name, _ in rows[0]]
    return names if len(names) == _IMAGENET else None
