"""A frozen TensorFlow graph with one input and one output: create it, query it, and change its nodes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


@dataclass(frozen=True)
class Graph:
    """A GraphDef with the names of its input operation, float32 [1, h, w, c], and of its output operation, scores."""

    definition: Any
    input: str
    output: str

    def nodes(self) -> dict[str, Any]:
        """Map the nodes by name."""
        return {node.name: node for node in self.definition.node}


def freeze(function: Callable[[Any], Any], shape: tuple[int, int, int]) -> Graph:
    """Trace a TensorFlow function as a frozen graph, with variables as constants and calls inlined.

    TFLiteConverter.from_saved_model is not used because it can silently drop weights of a Keras 3 model.

    Args:
        function: Maps float32 [1, *shape] to scores.
        shape: (height, width, channels).
    """
    spec = tf.TensorSpec([1, *shape], tf.float32, name="image")
    traced = tf.function(lambda image: tf.cast(function(image), tf.float32)).get_concrete_function(spec)
    constant = convert_variables_to_constants_v2(traced, lower_control_flow=False)
    (image,) = constant.inputs
    (scores,) = constant.outputs
    return Graph(constant.graph.as_graph_def(), operation_name(image.name), operation_name(scores.name))


def operation_name(tensor: str) -> str:
    """Extract the operation of a node's input "conv", "conv:1" or "^conv"."""
    return tensor.lstrip("^").partition(":")[0]


def data_inputs(node: Any) -> list[str]:
    """Return a node's inputs without control inputs."""
    return [tensor for tensor in node.input if not tensor.startswith("^")]


def find_consumers(nodes: Iterable[Any]) -> dict[str, list[Any]]:
    """Map each operation to the nodes that use its output; a node that uses it twice is listed twice."""
    consumers: dict[str, list[Any]] = defaultdict(list)
    for node in nodes:
        for tensor in data_inputs(node):
            consumers[operation_name(tensor)].append(node)
    return consumers


def find_ancestors(nodes: dict[str, Any], output: str, without: str | None = None) -> set[str]:
    """Find the names of all nodes that `output` needs, itself included.

    Args:
        nodes: The nodes by name.
        output: The node to start from.
        without: A node whose own inputs are not followed.
    """
    ancestors: set[str] = set()
    pending = [output]
    while pending:
        name = pending.pop()
        if name not in ancestors:
            ancestors.add(name)
            pending += [operation_name(tensor) for tensor in data_inputs(nodes[name]) if name != without]
    return ancestors


def constant_value(node: Any) -> NDArray[Any] | None:
    """Get the value of a Const; None for another node."""
    return tf.make_ndarray(node.attr["value"].tensor) if node.op == "Const" else None


def create_constant(name: str, value: NDArray[Any]) -> Any:
    """Create a Const node."""
    node = tf.compat.v1.NodeDef(name=name, op="Const")
    node.attr["dtype"].type = tf.as_dtype(value.dtype).as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    return node


def create_float_node(op: str, name: str, *inputs: str) -> Any:
    """Create a node of an operation whose only attribute is T = float32."""
    node = tf.compat.v1.NodeDef(name=name, op=op, input=inputs)
    node.attr["T"].type = tf.float32.as_datatype_enum
    return node


def create_placeholder(name: str, shape: Iterable[int]) -> Any:
    """Create a float32 Placeholder node."""
    node = tf.compat.v1.NodeDef(name=name, op="Placeholder")
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    node.attr["shape"].shape.CopyFrom(tf.TensorShape(shape).as_proto())
    return node


def copy_node(node: Any, inputs: Iterable[str]) -> Any:
    """Copy a node with other inputs."""
    copy = tf.compat.v1.NodeDef()
    copy.CopyFrom(node)
    copy.ClearField("input")
    copy.input.extend(inputs)
    return copy


def replace_nodes(graph: Graph, nodes: Iterable[Any], **changes: str) -> Graph:
    """Copy `graph` with other nodes, reduced to those that its output needs.

    Args:
        graph: The graph to change.
        nodes: All nodes of the new graph.
        **changes: The names of another `input` or `output`.
    """
    definition = tf.compat.v1.GraphDef(versions=graph.definition.versions, library=graph.definition.library)
    by_name = {node.name: node for node in nodes}
    output = changes.get("output", graph.output)
    needed = find_ancestors(by_name, output)
    definition.node.extend(node for name, node in by_name.items() if name in needed)
    return Graph(definition, changes.get("input", graph.input), output)


def open_session(definition: Any) -> Any:
    """Open a session that runs a GraphDef without rewriting it first."""
    config = tf.compat.v1.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
    return tf.compat.v1.Session(graph=graph, config=config)


def as_float32(array: Any) -> NDArray[np.float32]:
    """Convert the output of a session or a Keras model to a float32 array."""
    return np.asarray(array, np.float32)
