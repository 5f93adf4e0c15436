"""A frozen TensorFlow graph with one input and one output, and the questions that every change to it asks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


@dataclass(frozen=True)
class Graph:
    """A GraphDef; `input` and `output` are operation names, of output 0: float32 [1, h, w, c] and scores."""

    definition: Any
    input: str
    output: str

    def nodes(self) -> dict[str, Any]:
        """The nodes by name."""
        return {node.name: node for node in self.definition.node}


def operation(tensor: str) -> str:
    """The name of the operation that a node's input names: of "conv", "conv:1" or "^conv"."""
    return tensor.lstrip("^").partition(":")[0]


def data_inputs(node: Any) -> list[str]:
    """A node's inputs without those that only order the work."""
    return [tensor for tensor in node.input if not tensor.startswith("^")]


def consumers(nodes: Iterable[Any]) -> dict[str, list[Any]]:
    """By operation, the nodes that take what it gives, once for each time that they do."""
    found: dict[str, list[Any]] = defaultdict(list)
    for node in nodes:
        for tensor in data_inputs(node):
            found[operation(tensor)].append(node)
    return found


def ancestors(nodes: dict[str, Any], output: str, without: str | None = None) -> set[str]:
    """The names of all that `output` needs, itself included; with nothing needed by the operation `without`."""
    found: set[str] = set()
    waiting = [output]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [operation(tensor) for tensor in data_inputs(nodes[name]) if name != without]
    return found


def constant(node: Any) -> NDArray[Any] | None:
    """A Const's value; None of another node."""
    return tf.make_ndarray(node.attr["value"].tensor) if node.op == "Const" else None


def constant_node(name: str, value: NDArray[Any]) -> Any:
    """A Const of that value."""
    node = tf.compat.v1.NodeDef(name=name, op="Const")
    node.attr["dtype"].type = tf.as_dtype(value.dtype).as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    return node


def float_node(op: str, name: str, *inputs: str) -> Any:
    """A node of one of the operations whose only attribute is T = float32."""
    node = tf.compat.v1.NodeDef(name=name, op=op, input=inputs)
    node.attr["T"].type = tf.float32.as_datatype_enum
    return node


def of(graph: Graph, nodes: Iterable[Any], **changes: str) -> Graph:
    """`graph` with other nodes, as much of them as its output needs."""
    definition = tf.compat.v1.GraphDef(versions=graph.definition.versions, library=graph.definition.library)
    by_name = {node.name: node for node in nodes}
    output = changes.get("output", graph.output)
    needed = ancestors(by_name, output)
    definition.node.extend(node for name, node in by_name.items() if name in needed)
    return Graph(definition, changes.get("input", graph.input), output)


def placeholder(name: str, shape: Iterable[int]) -> Any:
    """An input of that float32 shape."""
    node = tf.compat.v1.NodeDef(name=name, op="Placeholder")
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    node.attr["shape"].shape.CopyFrom(tf.TensorShape(shape).as_proto())
    return node


def session(definition: Any) -> Any:
    """A session over a GraphDef that runs it as it is, without rewriting it first."""
    config = tf.compat.v1.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    with tf.Graph().as_default() as made:
        tf.import_graph_def(definition, name="")
    return tf.compat.v1.Session(graph=made, config=config)


def as_float32(array: Any) -> NDArray[np.float32]:
    """What a session or a Keras model gave, as float32."""
    return np.asarray(array, np.float32)
