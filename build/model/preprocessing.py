"""Cut off what a graph does to an image before its network: decoding and resizing, which the product does itself."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from build.errors import ModelImportError
from build.model import clean
from build.model import graph as graphs
from build.model.fold import affine
from build.model.graph import Graph
from build.model.options import Scale

_DECODERS = {"DecodeJpeg", "DecodePng", "DecodeImage", "DecodeBmp", "DecodeGif", "DecodeAndCropJpeg"}
_RESIZERS = {"ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea"}
_SMALL = 1 / 50  # a scale below it, or a shift above 50, is meant for 0..255
_PASSING = {"Cast", "ExpandDims", "Identity", "Squeeze"}


@dataclass(frozen=True)
class Front:
    """What was cut off. `scale` is what it did to pixel values; `contents` takes an image's bytes, when anything does.

    `exact` says that the resizing was the product's own: bilinear, corners not aligned, pixels not centred.
    """

    size: tuple[int, int]
    scale: Scale
    contents: str | None
    exact: bool
    resizer: str


def cut(graph: Graph) -> tuple[Graph, Front] | None:
    """The network, its input where the resized image came in, and what lay before; None when nothing resizes.

    Found by structure: the resize nearest to the output without which no decoder and no input is needed.
    """
    nodes = graph.nodes()
    needed = graphs.ancestors(nodes, graph.output)
    decoders = [name for name in sorted(needed) if nodes[name].op in _DECODERS]
    origins = decoders or [graph.input]
    found = [
        name
        for name in sorted(needed)
        if nodes[name].op in _RESIZERS
        and not graphs.ancestors(nodes, graph.output, without=name) & set(origins)
        and graphs.ancestors(nodes, name) & set(origins)
    ]
    if not found:
        if decoders:
            raise ModelImportError(
                f"The graph decodes images ({nodes[decoders[0]].op}) but nowhere resizes them to one size: "
                "export the network alone, with an input of float32 [1, height, width, 3]."
            )
        return None
    last = max(found, key=lambda name: len(graphs.ancestors(nodes, name)))
    node = nodes[last]
    wanted = graphs.constant(nodes[graphs.operation(node.input[1])])
    if wanted is None:
        raise ModelImportError(
            f"The graph's {node.op} {last} computes its size; export the network alone, of one size."
        )
    height, width = (int(side) for side in wanted)
    contents = graphs.operation(nodes[decoders[0]].input[0]) if len(decoders) == 1 else None
    front = Front((height, width), _scale(nodes, node, set(origins)), contents, _is_ours(node), node.op)
    channels = _channels(nodes, decoders)
    kept = [other for name, other in nodes.items() if name != last]
    return graphs.of(graph, [graphs.placeholder(last, [1, height, width, channels]), *kept], input=last), front


def normalises(graph: Graph) -> bool:
    """Whether a graph's first step brings pixels of 0..255 to a small range: then it takes them as they are."""
    nodes = clean.clean(graph).nodes()
    for node in graphs.consumers(nodes.values())[graph.input]:
        step = affine(nodes, node)
        if step is not None and (np.abs(step.scale).max() <= _SMALL or np.abs(step.shift).max() >= 1 / _SMALL):
            return True
    return False


def _is_ours(node: Any) -> bool:
    return node.op == "ResizeBilinear" and not node.attr["align_corners"].b and not node.attr["half_pixel_centers"].b


def _channels(nodes: dict[str, Any], decoders: list[str]) -> int:
    """Channels that the decoder is told to give; one that is not told gives a photograph's three."""
    return (nodes[decoders[0]].attr["channels"].i if decoders else 0) or 3


def _scale(nodes: dict[str, Any], resize: Any, origins: set[str]) -> Scale:
    """What happens to pixel values between the origin and the resize. Raises ModelImportError for more than a scale."""
    scale, offset = 1.0, 0.0
    tensor = resize.input[0]
    while (name := graphs.operation(tensor)) not in origins:
        node = nodes[name]
        step = affine(nodes, node)
        if step is not None and step.scale.size == step.shift.size == 1:
            scale, offset = scale * float(step.scale[0]), offset + scale * float(step.shift[0])
            tensor = step.tensor
        elif node.op in _PASSING:
            tensor = node.input[0]
        else:
            raise ModelImportError(
                f"The graph changes images by {node.op} ({name}) before it resizes them, which Sluice does not do: "
                "export the network alone, with an input of float32 [1, height, width, 3]."
            )
    return Scale(scale, offset) if np.isfinite(scale) else Scale(1.0, 0.0)
