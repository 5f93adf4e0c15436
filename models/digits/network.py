"""The network of the digits model: a small convolutional one in Keras, with reproducible training."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from models.digits.scans import Scans

SEED = 20191
EPOCHS = 40
SCALE = 1 / 255
_VARIANTS = 10
_BATCH = 64


def train(scans: Scans) -> tf.keras.Model:
    """Train the network.

    Returns:
        A model that maps float32 [n, 8, 8, 1] in 0..1 to probabilities, float32 [n, 10].
    """
    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    rate = tf.keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * (len(scans.labels) // _BATCH))
    model = tf.keras.Sequential(_create_layers(), name="digits")
    model.compile(tf.keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy")
    variants = _augment(to_input(scans.images), np.random.default_rng(SEED))
    for epoch in range(EPOCHS):
        model.fit(variants[epoch % _VARIANTS], scans.labels, batch_size=_BATCH, verbose=0)
    return model


def to_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert images, uint8 [n, 8, 8], to the network's input: float32 [n, 8, 8, 1] in 0..1."""
    return images[..., np.newaxis].astype(np.float32) * np.float32(SCALE)


def _create_layers() -> list[tf.keras.layers.Layer]:
    layers = tf.keras.layers
    return [
        layers.Input((8, 8, 1)),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.4),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _augment(arrays: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return variants of each scan, float32 [variants, n, 8, 8, 1]: slightly rotated, scaled and shifted."""
    centre = np.array([3.5, 3.5])
    variants = np.empty((_VARIANTS, *arrays.shape), np.float32)
    for index in np.ndindex(variants.shape[:2]):
        angle, size = random.uniform(-0.2, 0.2), random.uniform(0.9, 1.1)
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * size
        offset = centre - matrix @ centre + random.uniform(-0.7, 0.7, 2)
        variants[index] = affine_transform(arrays[index[1], ..., 0], matrix, offset, order=1)[..., np.newaxis]
    return variants
