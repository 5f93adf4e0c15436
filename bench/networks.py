"""The benchmark's networks: their inputs, their bundles, and how many operations they take."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Network:
    """A network's input, float32 [1, *shape] = pixel (0..255) * scale + offset, and its number of classes."""

    shape: tuple[int, int, int]
    classes: int
    scale: float
    offset: float


NETWORKS = {
    "InceptionV3": Network((299, 299, 3), 1008, 1 / 128, -1.0),  # normalized as in the graph of 2015
    "MobileNetV2": Network((224, 224, 3), 1000, 1 / 127.5, -1.0),
}

# The bundles of each network: an engine, with exact or fast decoding.
BUNDLES = {
    "InceptionV3": ("litert", "litert-fast", "tensorflow", "onnx"),
    "MobileNetV2": ("litert", "tensorflow", "onnx"),
}

MATRIX_SIZE = 2048  # rows and columns of the square matrices whose product measures a core's limit
MATRIX_PRODUCT_OPERATIONS = 2 * MATRIX_SIZE**3

_WEIGHTS_INPUT = {"Conv2D": 1, "DepthwiseConv2dNative": 1, "MatMul": 1}


def count_operations(graph: Any) -> int:
    """Count the floating-point operations for one image in a tf.Graph with known shapes.

    Two (a multiplication and an addition) for each weight of a convolution or dense layer and each position where it is
    applied; none for biases, normalization, activations and pooling.
    """
    multiplications: int = sum(
        math.prod(operation.inputs[_WEIGHTS_INPUT[operation.type]].shape) * math.prod(operation.outputs[0].shape[1:-1])
        for operation in graph.get_operations()
        if operation.type in _WEIGHTS_INPUT
    )
    return 2 * multiplications
