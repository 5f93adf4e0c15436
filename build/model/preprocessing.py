"""Detect and remove the preprocessing in a graph: Sluice decodes and resizes images before inference."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph
from build.model.options import Scale
from build.model.simplify import parse_affine, remove_training_nodes

_DECODERS = {"DecodeJpeg", "DecodePng", "DecodeImage", "DecodeBmp", "DecodeGif", "DecodeAndCropJpeg"}
_RESIZERS = {"ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea"}
_SMALL = 1 / 50  # a smaller scale, or a shift above 50, is meant for pixels of 0..255
_PASS_THROUGH = {"Cast", "ExpandDims", "Identity", "Squeeze"}
_FIX = "export the network alone, with an input of float32 [1, height, width, 3]"


@dataclass(frozen=True)
class Preprocessing:
    """The operations removed from the front of a graph.

    Attributes:
        size: (height, width) of the resized image.
        scale: The scale applied to pixels before resizing.
        contents: The operation that takes an image's bytes; None if there is none.
        exact: Whether the graph resizes as Sluice does: bilinear, without aligned corners or half-pixel centers.
        resizer: The type of the resize operation.
    """

    size: tuple[int, int]
    scale: Scale
    contents: str | None
    exact: bool
    resizer: str


def remove_preprocessing(graph: Graph) -> tuple[Graph, Preprocessing] | None:
    """Split a graph after the resize operation.

    It is found by structure: the resize nearest to the output without which the output needs no decoder and no input.

    Returns:
        The network, whose input is the resized image, and the operations before it; None if nothing resizes.

    Raises:
        ModelImportError: The graph preprocesses images in a way that Sluice cannot reproduce.
    """
    nodes = graph.nodes()
    needed = graphs.find_ancestors(nodes, graph.output)
    decoders = [name for name in sorted(needed) if nodes[name].op in _DECODERS]
    origins = decoders or [graph.input]
    resizers = [
        name
        for name in sorted(needed)
        if nodes[name].op in _RESIZERS
        and not graphs.find_ancestors(nodes, graph.output, without=name) & set(origins)
        and graphs.find_ancestors(nodes, name) & set(origins)
    ]
    if not resizers:
        if decoders:
            raise ModelImportError(
                f"The graph decodes images ({nodes[decoders[0]].op}) but does not resize them to one size: {_FIX}."
            )
        return None
    last = max(resizers, key=lambda name: len(graphs.find_ancestors(nodes, name)))
    node = nodes[last]
    size = graphs.constant_value(nodes[graphs.operation_name(node.input[1])])
    if size is None:
        raise ModelImportError(
            f"The graph's {node.op} {last} computes its size: export the network alone, with a fixed size."
        )
    height, width = (int(side) for side in size)
    contents = graphs.operation_name(nodes[decoders[0]].input[0]) if len(decoders) == 1 else None
    scale = _find_scale(nodes, node, set(origins))
    removed = Preprocessing((height, width), scale, contents, _resizes_exactly(node), node.op)
    channels = _channels(nodes, decoders)
    others = [other for name, other in nodes.items() if name != last]
    placeholder = graphs.create_placeholder(last, [1, height, width, channels])
    return graphs.replace_nodes(graph, [placeholder, *others], input=last), removed


def normalizes_pixels(graph: Graph) -> bool:
    """Detect whether the graph's first step scales pixels of 0..255 to a small range: then it takes them unscaled."""
    nodes = remove_training_nodes(graph).nodes()
    for node in graphs.find_consumers(nodes.values())[graph.input]:
        step = parse_affine(nodes, node)
        if step is not None and (np.abs(step.scale).max() <= _SMALL or np.abs(step.shift).max() >= 1 / _SMALL):
            return True
    return False


def _resizes_exactly(node: Any) -> bool:
    return node.op == "ResizeBilinear" and not node.attr["align_corners"].b and not node.attr["half_pixel_centers"].b


def _channels(nodes: dict[str, Any], decoders: list[str]) -> int:
    """Read the channels that the decoder is set to; 3 if it is not set, as of most images."""
    return (nodes[decoders[0]].attr["channels"].i if decoders else 0) or 3


def _find_scale(nodes: dict[str, Any], resize: Any, origins: set[str]) -> Scale:
    scale, offset = 1.0, 0.0
    tensor = resize.input[0]
    while (name := graphs.operation_name(tensor)) not in origins:
        node = nodes[name]
        step = parse_affine(nodes, node)
        if step is not None and step.scale.size == step.shift.size == 1:
            scale, offset = scale * float(step.scale[0]), offset + scale * float(step.shift[0])
            tensor = step.tensor
        elif node.op in _PASS_THROUGH:
            tensor = node.input[0]
        else:
            raise ModelImportError(
                f"The graph applies {node.op} ({name}) to images before it resizes them, which Sluice cannot do: "
                f"{_FIX}."
            )
    return Scale(scale, offset) if np.isfinite(scale) else Scale(1.0, 0.0)
