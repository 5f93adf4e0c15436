"""MobileNetV2 of tf.keras.applications with random weights, saved as someone who serves it with TensorFlow would."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from bench.arrays import NETWORKS


def save(folder: Path, seed: int) -> Path:
    """Write the SavedModel: its signature takes pixels as the network does, and gives scores. Returns the folder."""
    arrays = NETWORKS["MobileNetV2"]
    model = tf.keras.applications.MobileNetV2(weights=None, classes=arrays.classes, input_shape=arrays.shape)
    random = np.random.default_rng(seed)
    for layer in model.layers:
        layer.set_weights([_drawn(random, weight.path, tuple(weight.shape)) for weight in layer.weights])
    module = tf.Module()
    module.model = model
    module.scores = tf.function(
        lambda pixels: {"scores": model(pixels, training=False)},
        input_signature=[tf.TensorSpec([None, *arrays.shape], tf.float32, name="pixels")],
    )
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.scores})
    return folder


def _drawn(random: np.random.Generator, path: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """He's initialisation for kernels, and normalisation that nearly leaves things as they are.

    So activations keep their size through the layers, and scores tell images apart.
    """
    if path.endswith("kernel"):
        fan_in = shape[0] if len(shape) == 2 else shape[0] * shape[1] * (1 if "depthwise" in path else shape[2])
        return random.normal(0, (2 / fan_in) ** 0.5, shape).astype(np.float32)
    around = 1.0 if path.endswith(("gamma", "moving_variance")) else 0.0
    return np.abs(random.normal(around, 0.02, shape)).astype(np.float32)
