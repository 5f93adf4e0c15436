"""Detect whether a model returns probabilities, and append a softmax to one that does not."""

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph

_PASS_THROUGH = {"Reshape", "Squeeze", "Identity"}
_SUM_TOLERANCE = 1e-3


def find_last_operation(graph: Graph) -> str:
    """Find the type of the last operation that changes values, for example Softmax."""
    nodes = graph.nodes()
    node = nodes[graph.output]
    while node.op in _PASS_THROUGH:
        node = nodes[graphs.operation_name(node.input[0])]
    op: str = node.op
    return op


def are_probabilities(scores: NDArray[np.float32]) -> bool:
    """Check whether each row of float32 [n, labels] is a probability distribution."""
    return bool((scores >= -1e-6).all() and (np.abs(scores.sum(axis=1) - 1) <= _SUM_TOLERANCE).all())


def apply_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute the probabilities, float32 [n, labels], of logits."""
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    return graphs.as_float32(powers / powers.sum(axis=1, keepdims=True))


def append_softmax(graph: Graph) -> Graph:
    """Append a softmax after the scores [1, labels]."""
    softmax = graphs.create_float_node("Softmax", "probabilities", graph.output)
    return graphs.replace_nodes(graph, [*graph.definition.node, softmax], output=softmax.name)


def flatten_output(graph: Graph, shape: tuple[int, ...]) -> Graph:
    """Reshape the output to [1, labels].

    Args:
        graph: A classifier.
        shape: The shape of its output.

    Raises:
        ModelImportError: The output is not one list of at least two scores.
    """
    labels = shape[-1] if shape else 0
    if labels < 2 or int(np.prod(shape)) != labels:
        raise ModelImportError(
            f"The model's output has the shape {list(shape)}, but a classifier returns [1, labels] with at least two "
            "labels: export a model with one score per label."
        )
    if shape == (1, labels):
        return graph
    target = graphs.create_constant("scores/shape", np.array([1, labels], np.int32))
    reshape = graphs.create_float_node("Reshape", "scores", graph.output, target.name)
    return graphs.replace_nodes(graph, [*graph.definition.node, target, reshape], output=reshape.name)
