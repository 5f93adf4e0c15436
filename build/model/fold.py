"""Fold batch normalisation, and any scale and shift per channel, into the convolution in front of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.model import graph as graphs
from build.model.graph import Graph

_CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
_FUSED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")


@dataclass(frozen=True)
class Affine:
    """What a node does to `tensor`: * scale + shift, float64, per channel or for all."""

    tensor: str
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]


def fold(graph: Graph) -> Graph:
    """The graph with each convolution's scales and shifts in its weights and one BiasAdd.

    The sums are the same but for rounding, which is done once, from float64. A batch normalisation that stands before
    its convolution stays: padding lies between the two.
    """
    nodes = graph.nodes()
    taken = graphs.consumers(nodes.values())
    changed: dict[str, list[Any]] = {}
    for name, node in nodes.items():
        weights = graphs.constant(nodes[graphs.operation(node.input[1])]) if node.op in _CONVOLUTIONS else None
        if weights is None or node.attr["data_format"].s == b"NCHW":
            continue
        channels = weights.shape[3] * (weights.shape[2] if node.op == "DepthwiseConv2dNative" else 1)
        chain = _chain(nodes, taken, name, channels)
        if not chain or [last.op for last, _ in chain] == ["BiasAdd"]:
            continue
        scale, shift = np.ones(channels), np.zeros(channels)
        for _, step in chain:
            scale, shift = scale * step.scale, shift * step.scale + step.shift
        by_filter = scale.reshape(weights.shape[2:]) if node.op == "DepthwiseConv2dNative" else scale
        changed |= {last.name: [] for last, _ in chain}
        changed[name] = _convolution(node, (weights * by_filter).astype(weights.dtype))
        changed[chain[-1][0].name] = _bias(chain[-1][0].name, name, shift.astype(weights.dtype))
    return graphs.of(graph, [new for name, node in nodes.items() for new in changed.get(name, [node])])


def affine(nodes: dict[str, Any], node: Any) -> Affine | None:
    """What `node` does, when it is a scale or shift by constants along the last axis; else None."""
    values = [graphs.constant(nodes[graphs.operation(tensor)]) for tensor in node.input]
    if node.op in _FUSED and not node.attr["is_training"].b and node.attr["data_format"].s != b"NCHW":
        epsilon = node.attr["epsilon"].f
        gamma, beta, mean, variance = values[1:]
    elif node.op == "BatchNormWithGlobalNormalization":
        epsilon = node.attr["variance_epsilon"].f
        mean, variance, beta, gamma = values[1:]
        if not node.attr["scale_after_normalization"].b:
            gamma = np.ones(1)
    elif node.op in ("Add", "AddV2", "BiasAdd", "Mul", "Sub", "RealDiv"):
        return _arithmetic(node, values)
    else:
        return None
    if gamma is None or beta is None or mean is None or variance is None:
        return None
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)
    return Affine(node.input[0], scale, beta - mean.astype(np.float64) * scale)


def _arithmetic(node: Any, values: list[NDArray[Any] | None]) -> Affine | None:
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
    one, nothing = np.ones(1), np.zeros(1)
    scale, shift = {
        "Mul": (flat, nothing),
        "RealDiv": (one / flat, nothing),
        "Sub": (one, -flat),
    }.get(node.op, (one, flat))
    return Affine(node.input[1 - fixed], scale, shift)


def _chain(nodes: dict[str, Any], taken: dict[str, list[Any]], name: str, channels: int) -> list[tuple[Any, Affine]]:
    """The scales and shifts after the convolution `name`, each the only one that takes from the one before."""
    chain: list[tuple[Any, Affine]] = []
    while len(taken[name]) == 1:
        (after,) = taken[name]
        step = affine(nodes, after)
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


def _convolution(node: Any, weights: NDArray[Any]) -> list[Any]:
    folded = graphs.constant_node(f"{node.name}/folded_weights", weights)
    copy = tf.compat.v1.NodeDef()
    copy.CopyFrom(node)
    copy.input[1] = folded.name
    return [folded, copy]


def _bias(name: str, tensor: str, shift: NDArray[Any]) -> list[Any]:
    bias = graphs.constant_node(f"{name}/folded_bias", shift)
    return [bias, graphs.float_node("BiasAdd", name, tensor, bias.name)]
