"""Take out of a frozen graph what only training, debugging or the order of work needed."""

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import op_def_registry

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph

_PASSING = {"Identity", "StopGradient", "CheckNumerics", "PreventGradient", "Snapshot", "PlaceholderWithDefault"}
_PLACE = ("_class", "_output_shapes")


def clean(graph: Graph) -> Graph:
    """The graph without nodes that pass on what they get, control inputs, places and whatever the output does not need.

    Control inputs order the work on variables, and a frozen graph has none.
    """
    nodes = graph.nodes()
    passing = {name for name, node in nodes.items() if node.op in _PASSING and name != graph.input}

    def origin(tensor: str) -> str:
        while (name := graphs.operation(tensor)) in passing:
            tensor = graphs.data_inputs(nodes[name])[0]
        return tensor.removesuffix(":0")

    kept = []
    for name, node in nodes.items():
        if name not in passing:
            copy = tf.compat.v1.NodeDef()
            copy.CopyFrom(node)
            copy.device = ""
            for attribute in _PLACE:
                copy.attr.pop(attribute, None)
            copy.ClearField("input")
            copy.input.extend(origin(tensor) for tensor in graphs.data_inputs(node))
            kept.append(copy)
    output = origin(graph.output)
    if ":" in output:
        kept.append(graphs.float_node("Identity", graph.output, output))
        output = graph.output
    return graphs.of(graph, kept, output=output)


def compute_constants(graph: Graph) -> Graph:
    """The graph with every tensor that depends on no input replaced by its value."""
    nodes = graph.nodes()
    fixed: dict[str, bool] = {}
    for name in _in_order(nodes):
        node = nodes[name]
        inputs = [graphs.operation(tensor) for tensor in node.input]
        fixed[name] = node.op == "Const" or bool(inputs and all(fixed[i] for i in inputs) and _repeatable(node.op))
    wanted = {
        tensor
        for name, node in nodes.items()
        for tensor in node.input
        if not fixed[name] and fixed[graphs.operation(tensor)] and nodes[graphs.operation(tensor)].op != "Const"
    }
    if not wanted:
        return graph
    names = {tensor: tensor.replace(":", "/output_") for tensor in wanted}
    with graphs.session(graph.definition) as session:
        values = session.run({tensor: tensor if ":" in tensor else f"{tensor}:0" for tensor in sorted(wanted)})
    computed = [graphs.constant_node(names[tensor], np.asarray(value)) for tensor, value in values.items()]
    rest = []
    for name, node in nodes.items():
        if not fixed[name] or node.op == "Const":
            copy = tf.compat.v1.NodeDef()
            copy.CopyFrom(node)
            copy.ClearField("input")
            copy.input.extend(names.get(tensor, tensor) for tensor in node.input)
            rest.append(copy)
    return graphs.of(graph, [*rest, *computed])


def check_weights(graph: Graph) -> None:
    """Raises ModelImportError when a weight is no number."""
    for node in graph.definition.node:
        value = graphs.constant(node)
        if value is not None and value.dtype.kind == "f" and np.isnan(value).any():
            raise ModelImportError(
                f"The model's weights {node.name} hold {int(np.isnan(value).sum()):,} values that are no numbers; "
                "its training went wrong: export one that works."
            )


def _repeatable(op: str) -> bool:
    found = op_def_registry.get(op)
    return found is not None and not found.is_stateful and op not in ("Switch", "Merge", "Placeholder")


def _in_order(nodes: dict[str, Any]) -> list[str]:
    """The names of the nodes, each after those that it takes from."""
    done: dict[str, None] = {}
    for start in nodes:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            missing = [i for i in map(graphs.operation, nodes[name].input) if i not in done]
            if missing:
                waiting += missing
            else:
                done[waiting.pop()] = None
    return list(done)
