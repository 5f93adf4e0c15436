"""A TF1 frozen graph: a .pb file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph
from build.model.images import ImageSet, SampleImage
from build.model.options import ImportOptions, Scale
from build.model.preprocessing import Preprocessing, remove_preprocessing
from build.model.simplify import remove_training_nodes
from build.model.sources.source import Source, resolve_shape, scale_pixels

_VARIABLES = {"Variable", "VariableV2", "VarHandleOp"}
_JPEG = b"\xff\xd8\xff"


def open_frozen_graph(path: Path, options: ImportOptions) -> Source:
    """Open the network of a frozen graph; decoding and resizing before it are removed.

    Raises:
        ModelImportError: The file is not a frozen image classifier, or its preprocessing cannot be removed.
    """
    original = _find_ends(path, _read(path))
    split = remove_preprocessing(remove_training_nodes(original))
    network, removed = split if split is not None else (remove_training_nodes(original), None)
    shape = resolve_shape(_declared_shape(network.nodes()[network.input]), options.size)
    placeholder = graphs.create_placeholder(network.input, [1, *shape])
    others = [node for node in network.definition.node if node.name != network.input]
    network = graphs.replace_nodes(network, [placeholder, *others])
    notes = []
    if removed is not None:
        notes.append(
            f"Decoding and {removed.resizer} were removed: Sluice decodes and resizes to {shape[0]}x{shape[1]}."
        )
        if not removed.exact:
            notes.append(
                "The graph resizes differently from Sluice (bilinear as in TensorFlow 1): scores will differ slightly."
            )
    return Source(
        kind=f"frozen graph {path.name}",
        size=path.stat().st_size,
        network=network,
        shape=shape,
        scores=_create_scores(original, network.input, removed, exact=options.decode == "exact"),
        scale=removed.scale if removed is not None else None,
        labels=None,
        notes=notes,
    )


def _read(path: Path) -> Any:
    try:
        definition = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    except Exception:  # protobuf's error classes are untyped
        raise ModelImportError(f"{path} is not a frozen graph: its bytes are not a GraphDef.") from None
    kinds = {node.op for node in definition.node}
    if not definition.node:
        raise ModelImportError(f"{path} is not a frozen graph: it has no nodes.")
    if kinds & _VARIABLES:
        raise ModelImportError(
            f"{path} is not frozen: its weights are variables, stored in another file. Freeze it "
            "(tf.compat.v1.graph_util.convert_variables_to_constants), or import the SavedModel."
        )
    return definition


def _find_ends(path: Path, definition: Any) -> Graph:
    """Find the graph's input (a decoder's, or its only placeholder) and its output."""
    nodes = {node.name: node for node in definition.node}
    missing = {graphs.operation_name(i) for node in definition.node for i in node.input} - nodes.keys()
    if missing:
        raise ModelImportError(f"{path} is damaged: it uses the node {min(missing)}, which it does not contain.")
    consumers = graphs.find_consumers(definition.node)
    ends = [
        n.name
        for n in definition.node
        if not consumers[n.name] and n.op not in ("Const", "NoOp", "Assert", "Placeholder")
    ]
    outputs = [name for name in ends if nodes[name].op in ("Softmax", "Sigmoid")] or ends
    if len(outputs) != 1:
        raise ModelImportError(
            f"{path} has {len(outputs)} outputs ({', '.join(sorted(outputs)[:5])}): reduce it to one list of scores."
        )
    needed = graphs.find_ancestors(nodes, outputs[0])
    decoders = [
        graphs.operation_name(nodes[name].input[0]) for name in sorted(needed) if nodes[name].op.startswith("Decode")
    ]
    placeholders = [name for name in sorted(needed) if nodes[name].op == "Placeholder"]
    inputs = decoders or placeholders
    if len(inputs) != 1 or (decoders and set(placeholders) - set(decoders)):
        raise ModelImportError(
            f"{path} has {len(inputs)} inputs ({', '.join(inputs) or 'no Placeholder'}); it must take one image."
        )
    return Graph(definition, inputs[0], outputs[0])


def _declared_shape(node: Any) -> tuple[int | None, ...]:
    if node.attr["dtype"].type != tf.float32.as_datatype_enum:
        raise ModelImportError(
            f"The graph's input {node.name} takes {tf.as_dtype(node.attr['dtype'].type).name}: "
            "export it with float32 [batch, height, width, channels]."
        )
    shape = tf.TensorShape(node.attr["shape"].shape)
    if shape.rank is None:
        return (None, None, None, 3)
    return tuple(shape)


def _create_scores(
    original: Graph, network_input: str, removed: Preprocessing | None, *, exact: bool
) -> Callable[[ImageSet, Scale], NDArray[np.float32]]:
    """Create a function that runs the original graph.

    It passes an image's bytes where the graph decodes and resizes as Sluice does, and the network's input elsewhere.
    """

    def scores(images: ImageSet, scale: Scale) -> NDArray[np.float32]:
        contents = removed.contents if removed is not None and removed.exact and exact else None
        with graphs.open_session(original.definition) as session:
            rows = [
                session.run(f"{original.output}:0", {f"{contents}:0": image.data})
                if contents and _decodes_equally(image)
                else session.run(f"{original.output}:0", {f"{network_input}:0": array[np.newaxis]})
                for image, array in zip(images.images, scale_pixels(images, scale), strict=True)
            ]
        return np.stack([graphs.as_float32(row).reshape(-1) for row in rows])

    return scores


def _decodes_equally(image: SampleImage) -> bool:
    """Check whether TensorFlow decodes the image as Sluice does: JPEGs without an EXIF orientation."""
    return image.data[:3] == _JPEG and b"Exif\0\0" not in image.data[:65536]
