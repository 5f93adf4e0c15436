"""Preprocessing that one scale and one offset cannot express, as the first step of a model's graph."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build.model import graph as graphs
from build.model.graph import Graph
from build.model.options import Scale
from build.model.simplify import remove_training_nodes


@dataclass(frozen=True)
class ColourTransform:
    """A linear map of each pixel's channels: pixel @ matrix + shift, float32 [3, 3] and [3].

    It expresses BGR order, and a mean or deviation per channel.
    """

    matrix: NDArray[np.float32]
    shift: NDArray[np.float32]

    def to_scale(self) -> Scale | None:
        """Convert to the equivalent scale and offset for all channels; None if there is none."""
        scale, offset = float(self.matrix[0, 0]), float(self.shift[0])
        uniform = np.allclose(self.matrix, np.eye(3) * scale, rtol=1e-6) and np.allclose(self.shift, offset, rtol=1e-6)
        return Scale(scale, offset) if uniform else None


def measure_transform(preprocess: Callable[[NDArray[np.float32]], Any]) -> ColourTransform:
    """Measure a preprocessing function by applying it to black and to pure colours.

    Args:
        preprocess: Maps float32 [1, h, w, 3] of 0..255 to the same shape, linearly and pixel by pixel.
    """
    probes = np.zeros((1, 1, 4, 3), np.float32)
    probes[0, 0, 1:] = np.eye(3) * 255
    black, *colours = graphs.as_float32(preprocess(probes.copy()))[0, 0]
    return ColourTransform((np.stack(colours) - black) / np.float32(255), black)


def prepend_transform(graph: Graph, transform: ColourTransform, shape: tuple[int, int, int]) -> Graph:
    """Create a graph that takes pixels (0..255) and transforms them first, with a 1 x 1 convolution.

    Args:
        graph: A graph whose input is transformed pixels.
        transform: The transform to prepend.
        shape: (height, width, 3) of the input.
    """
    graph = remove_training_nodes(graph)
    image, transformed = "image", f"{graph.input}/transformed"
    weights = graphs.create_constant(f"{transformed}/weights", transform.matrix.reshape(1, 1, 3, 3))
    convolution = graphs.create_float_node("Conv2D", f"{transformed}/convolution", image, weights.name)
    convolution.attr["strides"].list.i.extend([1, 1, 1, 1])
    convolution.attr["padding"].s = b"VALID"
    shift = graphs.create_constant(f"{transformed}/shift", transform.shift)
    first = [
        graphs.create_placeholder(image, [1, *shape]),
        weights,
        convolution,
        shift,
        graphs.create_float_node("BiasAdd", transformed, convolution.name, shift.name),
    ]
    others = [
        graphs.copy_node(node, (transformed if tensor == graph.input else tensor for tensor in node.input))
        for node in graph.definition.node
        if node.name != graph.input
    ]
    return graphs.replace_nodes(graph, [*first, *others], input=image)
