"""A TF1 frozen graph: a .pb file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import clean, preprocessing
from build.model import graph as graphs
from build.model.graph import Graph
from build.model.images import Picture, Pictures
from build.model.options import Scale, Wish
from build.model.preprocessing import Front
from build.model.sources.source import Source, input_shape, scaled

_VARIABLES = {"Variable", "VariableV2", "VarHandleOp"}
_JPEG = b"\xff\xd8\xff"


def open_frozen_graph(path: Path, wish: Wish) -> Source:
    """The graph's network; what decodes and resizes in front of it is cut off. Raises ModelImportError."""
    whole = _ends(path, _read(path))
    cut = preprocessing.cut(clean.clean(whole))
    network, before = cut if cut is not None else (clean.clean(whole), None)
    node = network.nodes()[network.input]
    shape = input_shape(_shape(node), wish.size)
    network = graphs.of(
        network,
        [
            graphs.placeholder(network.input, [1, *shape]),
            *(n for n in network.definition.node if n.name != network.input),
        ],
    )
    scale, notes = None, []
    if before is not None:
        scale = before.scale
        notes = [
            f"Decoding and {before.resizer} were cut off: the product decodes and resizes to {shape[0]}x{shape[1]}."
        ]
        if not before.exact:
            notes.append(
                "It resized otherwise than the product does (TensorFlow's older bilinear): scores will differ a little."
            )
    return Source(
        kind=f"frozen graph {path.name}",
        size=path.stat().st_size,
        network=network,
        shape=shape,
        scores=_scores(whole, network.input, before, exact=wish.decode == "exact"),
        scale=scale,
        labels=None,
        notes=notes,
    )


def _read(path: Path) -> Any:
    try:
        definition = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    except Exception:  # protobuf's own kinds have no types
        raise ModelImportError(f"{path} is no frozen graph: its bytes are not a GraphDef.") from None
    kinds = {node.op for node in definition.node}
    if not definition.node:
        raise ModelImportError(f"{path} is no frozen graph: it has no nodes.")
    if kinds & _VARIABLES:
        raise ModelImportError(
            f"{path} is not frozen: its weights are variables, which lie in another file. Freeze it "
            "(tf.compat.v1.graph_util.convert_variables_to_constants), or give the SavedModel."
        )
    return definition


def _ends(path: Path, definition: Any) -> Graph:
    """The graph with its input (what a decoder reads, or its one placeholder) and its output."""
    nodes = {node.name: node for node in definition.node}
    missing = {graphs.operation(i) for node in definition.node for i in node.input} - nodes.keys()
    if missing:
        raise ModelImportError(f"{path} is damaged: the node {min(missing)} is used and not there.")
    taken = graphs.consumers(definition.node)
    ends = [
        n.name for n in definition.node if not taken[n.name] and n.op not in ("Const", "NoOp", "Assert", "Placeholder")
    ]
    likely = [name for name in ends if nodes[name].op in ("Softmax", "Sigmoid")] or ends
    if len(likely) != 1:
        raise ModelImportError(
            f"{path} ends in {len(likely)} nodes ({', '.join(sorted(likely)[:5])}); cut it to its one list of scores."
        )
    needed = graphs.ancestors(nodes, likely[0])
    decoders = [
        graphs.operation(nodes[name].input[0]) for name in sorted(needed) if nodes[name].op.startswith("Decode")
    ]
    placeholders = [name for name in sorted(needed) if nodes[name].op == "Placeholder"]
    inputs = decoders or placeholders
    if len(inputs) != 1 or (decoders and set(placeholders) - set(decoders)):
        raise ModelImportError(
            f"{path} has {len(inputs)} inputs ({', '.join(inputs) or 'no Placeholder'}); it must take one image."
        )
    return Graph(definition, inputs[0], likely[0])


def _shape(node: Any) -> tuple[int | None, ...]:
    if node.attr["dtype"].type != tf.float32.as_datatype_enum:
        raise ModelImportError(
            f"The graph's input {node.name} takes {tf.as_dtype(node.attr['dtype'].type).name}; "
            "export it with float32 [batch, height, width, channels]."
        )
    shape = tf.TensorShape(node.attr["shape"].shape)
    if shape.rank is None:
        return (None, None, None, 3)
    return tuple(shape)


def _scores(
    whole: Graph, middle: str, before: Front | None, *, exact: bool
) -> Callable[[Pictures, Scale], NDArray[np.float32]]:
    """Asks the uncut graph: with an image's bytes where it decodes as the product does, else where the cut was made."""

    def scores(pictures: Pictures, scale: Scale) -> NDArray[np.float32]:
        contents = before.contents if before is not None and before.exact and exact else None
        with graphs.session(whole.definition) as session:
            rows = [
                session.run(f"{whole.output}:0", {f"{contents}:0": picture.data})
                if contents and _decodes_alike(picture)
                else session.run(f"{whole.output}:0", {f"{middle}:0": array[np.newaxis]})
                for picture, array in zip(pictures.pictures, scaled(pictures, scale), strict=True)
            ]
        return np.stack([graphs.as_float32(row).reshape(-1) for row in rows])

    return scores


def _decodes_alike(picture: Picture) -> bool:
    """JPEGs only, and none that the product turns upright."""
    return picture.data[:3] == _JPEG and b"Exif\0\0" not in picture.data[:65536]
