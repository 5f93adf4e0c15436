"""What a model does to pixels that one scale and one offset cannot say, as the first step of its graph."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.model import clean
from build.model import graph as graphs
from build.model.graph import Graph
from build.model.options import Scale


@dataclass(frozen=True)
class Mix:
    """Each pixel's channels mixed: pixel @ matrix + shift, float32 [3, 3] and [3]; says BGR, and a mean per channel."""

    matrix: NDArray[np.float32]
    shift: NDArray[np.float32]

    def scale(self) -> Scale | None:
        """The same as one scale and offset for all channels, when it is no more than that."""
        scale, offset = float(self.matrix[0, 0]), float(self.shift[0])
        plain = np.allclose(self.matrix, np.eye(3) * scale, rtol=1e-6) and np.allclose(self.shift, offset, rtol=1e-6)
        return Scale(scale, offset) if plain else None


def observed(preprocess: Callable[[NDArray[np.float32]], Any]) -> Mix:
    """What `preprocess` (float32 [1, h, w, 3] of 0..255 to the same) does, found by giving it pure colours."""
    probes = np.zeros((1, 1, 4, 3), np.float32)
    probes[0, 0, 1:] = np.eye(3) * 255
    black, *colours = graphs.as_float32(preprocess(probes.copy()))[0, 0]
    return Mix((np.stack(colours) - black) / np.float32(255), black)


def put_in_front(graph: Graph, mix: Mix, shape: tuple[int, int, int]) -> Graph:
    """The graph that takes pixels (0..255) and mixes them first: a convolution of one pixel."""
    graph = clean.clean(graph)
    image, mixed = "image", f"{graph.input}/mixed"
    weights = graphs.constant_node(f"{mixed}/weights", mix.matrix.reshape(1, 1, 3, 3))
    convolution = graphs.float_node("Conv2D", f"{mixed}/convolution", image, weights.name)
    convolution.attr["strides"].list.i.extend([1, 1, 1, 1])
    convolution.attr["padding"].s = b"VALID"
    shift = graphs.constant_node(f"{mixed}/shift", mix.shift)
    nodes = [
        graphs.placeholder(image, [1, *shape]),
        weights,
        convolution,
        shift,
        graphs.float_node("BiasAdd", mixed, convolution.name, shift.name),
    ]
    for node in graph.definition.node:
        if node.name != graph.input:
            copy = tf.compat.v1.NodeDef()
            copy.CopyFrom(node)
            copy.ClearField("input")
            copy.input.extend(mixed if tensor == graph.input else tensor for tensor in node.input)
            nodes.append(copy)
    return graphs.of(graph, nodes, input=image)
