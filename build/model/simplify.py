"""Simplify a frozen graph: remove training nodes, compute constants, fold batch normalization into convolutions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorflow.python.framework import op_def_registry

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph

_PASS_THROUGH = {"Identity", "StopGradient", "CheckNumerics", "PreventGradient", "Snapshot", "PlaceholderWithDefault"}
_PLACEMENT = ("_class", "_output_shapes")
_CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
_FUSED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")


@dataclass(frozen=True)
class Affine:
    """A node's arithmetic on `tensor`: * scale + shift, float64, one value per channel or one for all."""

    tensor: str
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]


def simplify(graph: Graph) -> Graph:
    """Reduce a graph to the arithmetic of one image's scores.

    Raises:
        ModelImportError: A weight is not a number.
    """
    _check_weights(graph)
    return _fold_affine(_compute_constants(remove_training_nodes(graph)))


def remove_training_nodes(graph: Graph) -> Graph:
    """Remove nodes that pass on their input, control inputs, device placement, and nodes that the output does not need.

    Control inputs order assignments to variables, which a frozen graph does not have.
    """
    nodes = graph.nodes()
    pass_through = {name for name, node in nodes.items() if node.op in _PASS_THROUGH and name != graph.input}

    def origin(tensor: str) -> str:
        while (name := graphs.operation_name(tensor)) in pass_through:
            tensor = graphs.data_inputs(nodes[name])[0]
        return tensor.removesuffix(":0")

    remaining = []
    for name, node in nodes.items():
        if name not in pass_through:
            copy = graphs.copy_node(node, (origin(tensor) for tensor in graphs.data_inputs(node)))
            copy.device = ""
            for attribute in _PLACEMENT:
                copy.attr.pop(attribute, None)
            remaining.append(copy)
    output = origin(graph.output)
    if ":" in output:
        remaining.append(graphs.create_float_node("Identity", graph.output, output))
        output = graph.output
    return graphs.replace_nodes(graph, remaining, output=output)


def parse_affine(nodes: dict[str, Any], node: Any) -> Affine | None:
    """Parse a node's scale and shift if it applies constants along the last axis; else None."""
    values = [graphs.constant_value(nodes[graphs.operation_name(tensor)]) for tensor in node.input]
    if node.op in _FUSED and not node.attr["is_training"].b and node.attr["data_format"].s != b"NCHW":
        epsilon = node.attr["epsilon"].f
        gamma, beta, mean, variance = values[1:]
    elif node.op == "BatchNormWithGlobalNormalization":
        epsilon = node.attr["variance_epsilon"].f
        mean, variance, beta, gamma = values[1:]
        if not node.attr["scale_after_normalization"].b:
            gamma = np.ones(1)
    elif node.op in ("Add", "AddV2", "BiasAdd", "Mul", "Sub", "RealDiv"):
        return _parse_arithmetic(node, values)
    else:
        return None
    if gamma is None or beta is None or mean is None or variance is None:
        return None
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)
    return Affine(node.input[0], scale, beta - mean.astype(np.float64) * scale)


def _check_weights(graph: Graph) -> None:
    for node in graph.definition.node:
        value = graphs.constant_value(node)
        if value is not None and value.dtype.kind == "f" and np.isnan(value).any():
            raise ModelImportError(
                f"The model's weights {node.name} contain {int(np.isnan(value).sum()):,} NaN values: the training "
                "failed. Export a model whose weights are numbers."
            )


def _compute_constants(graph: Graph) -> Graph:
    """Replace every tensor that does not depend on the input with its value."""
    nodes = graph.nodes()
    fixed: dict[str, bool] = {}
    for name in _sort(nodes):
        node = nodes[name]
        inputs = [graphs.operation_name(tensor) for tensor in node.input]
        fixed[name] = node.op == "Const" or bool(inputs and all(fixed[i] for i in inputs) and _is_pure(node.op))
    computable = {
        tensor
        for name, node in nodes.items()
        for tensor in node.input
        if not fixed[name]
        and fixed[graphs.operation_name(tensor)]
        and nodes[graphs.operation_name(tensor)].op != "Const"
    }
    if not computable:
        return graph
    names = {tensor: tensor.replace(":", "/output_") for tensor in computable}
    with graphs.open_session(graph.definition) as session:
        values = session.run({tensor: tensor if ":" in tensor else f"{tensor}:0" for tensor in sorted(computable)})
    constants = [graphs.create_constant(names[tensor], np.asarray(value)) for tensor, value in values.items()]
    remaining = [
        graphs.copy_node(node, (names.get(tensor, tensor) for tensor in node.input))
        for name, node in nodes.items()
        if not fixed[name] or node.op == "Const"
    ]
    return graphs.replace_nodes(graph, [*remaining, *constants])


def _is_pure(op: str) -> bool:
    definition = op_def_registry.get(op)
    return definition is not None and not definition.is_stateful and op not in ("Switch", "Merge", "Placeholder")


def _sort(nodes: dict[str, Any]) -> list[str]:
    """Sort the names of the nodes in topological order."""
    ordered: dict[str, None] = {}
    for start in nodes:
        pending = [start]
        while pending:
            name = pending[-1]
            missing = [i for i in map(graphs.operation_name, nodes[name].input) if i not in ordered]
            if missing:
                pending += missing
            else:
                ordered[pending.pop()] = None
    return list(ordered)


def _fold_affine(graph: Graph) -> Graph:
    """Fold batch normalization, and any scale and shift per channel, into the weights of the convolution before it.

    Each convolution gets one BiasAdd. Results are equal except for rounding, which happens once, from float64. A batch
    normalization before its convolution remains, because padding is applied between the two.
    """
    nodes = graph.nodes()
    consumers = graphs.find_consumers(nodes.values())
    changed: dict[str, list[Any]] = {}
    for name, node in nodes.items():
        is_convolution = node.op in _CONVOLUTIONS
        weights = graphs.constant_value(nodes[graphs.operation_name(node.input[1])]) if is_convolution else None
        if weights is None or node.attr["data_format"].s == b"NCHW":
            continue
        channels = weights.shape[3] * (weights.shape[2] if node.op == "DepthwiseConv2dNative" else 1)
        chain = _find_chain(nodes, consumers, name, channels)
        if not chain or [last.op for last, _ in chain] == ["BiasAdd"]:
            continue
        scale, shift = np.ones(channels), np.zeros(channels)
        for _, step in chain:
            scale, shift = scale * step.scale, shift * step.scale + step.shift
        by_filter = scale.reshape(weights.shape[2:]) if node.op == "DepthwiseConv2dNative" else scale
        changed |= {last.name: [] for last, _ in chain}
        changed[name] = _fold_weights(node, (weights * by_filter).astype(weights.dtype))
        changed[chain[-1][0].name] = _create_bias(chain[-1][0].name, name, shift.astype(weights.dtype))
    return graphs.replace_nodes(graph, [new for name, node in nodes.items() for new in changed.get(name, [node])])


def _find_chain(
    nodes: dict[str, Any], consumers: dict[str, list[Any]], name: str, channels: int
) -> list[tuple[Any, Affine]]:
    """Find the scales and shifts after convolution `name`, each the only consumer of the one before."""
    chain: list[tuple[Any, Affine]] = []
    while len(consumers[name]) == 1:
        (after,) = consumers[name]
        step = parse_affine(nodes, after)
        if (
            step is None
            or step.tensor != name
            or step.scale.size not in (1, channels)
            or step.shift.size not in (1, channels)
        ):
            break
        chain.append((after, step))
        name = after.name
    return chain


def _fold_weights(node: Any, weights: NDArray[Any]) -> list[Any]:
    folded = graphs.create_constant(f"{node.name}/folded_weights", weights)
    return [folded, graphs.copy_node(node, [node.input[0], folded.name, *node.input[2:]])]


def _create_bias(name: str, tensor: str, shift: NDArray[Any]) -> list[Any]:
    bias = graphs.create_constant(f"{name}/folded_bias", shift)
    return [bias, graphs.create_float_node("BiasAdd", name, tensor, bias.name)]


def _parse_arithmetic(node: Any, values: list[NDArray[Any] | None]) -> Affine | None:
    fixed = 0 if values[0] is not None and node.op in ("Add", "AddV2", "Mul") else 1
    value = values[fixed]
    if (
        value is None
        or values[1 - fixed] is not None
        or value.dtype != np.float32
        or value.shape[-1:] != (value.size,) * bool(value.ndim)
    ):
        return None
    flat = value.astype(np.float64).reshape(-1)
    one, zero = np.ones(1), np.zeros(1)
    scale, shift = {
        "Mul": (flat, zero),
        "RealDiv": (one / flat, zero),
        "Sub": (one, -flat),
    }.get(node.op, (one, flat))
    return Affine(node.input[1 - fixed], scale, shift)
