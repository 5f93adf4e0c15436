"""How much arithmetic a network is."""

import math
from typing import Any

MATRIX = 2048  # rows and columns of the square matrices whose product stands for what a core can do
PRODUCT = 2 * MATRIX**3

_KERNEL = {"Conv2D": 1, "DepthwiseConv2dNative": 1, "MatMul": 1}  # which input holds the weights


def count(graph: Any) -> int:
    """Floating-point operations of one image through a tf.Graph whose shapes are known.

    Two (a multiplication and an addition) for each weight of a convolution or a dense layer and each place where it is
    applied; nothing for biases, normalisation, activations and pooling.
    """
    multiplications: int = sum(
        math.prod(operation.inputs[_KERNEL[operation.type]].shape) * math.prod(operation.outputs[0].shape[1:-1])
        for operation in graph.get_operations()
        if operation.type in _KERNEL
    )
    return 2 * multiplications
