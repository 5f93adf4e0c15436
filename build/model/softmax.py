"""Whether a model ends in probabilities, and a softmax for one that does not."""

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import graph as graphs
from build.model.graph import Graph

_PASSING = {"Reshape", "Squeeze", "Identity"}
_SUM_TOLERANCE = 1e-3


def last_operation(graph: Graph) -> str:
    """The kind of the last operation that computes something."""
    nodes = graph.nodes()
    node = nodes[graph.output]
    while node.op in _PASSING:
        node = nodes[graphs.operation(node.input[0])]
    kind: str = node.op
    return kind


def are_probabilities(scores: NDArray[np.float32]) -> bool:
    """Whether every row of float32 [n, labels] is one distribution."""
    return bool((scores >= -1e-6).all() and (np.abs(scores.sum(axis=1) - 1) <= _SUM_TOLERANCE).all())


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities, float32 [n, labels], of logits."""
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    return graphs.as_float32(powers / powers.sum(axis=1, keepdims=True))


def with_softmax(graph: Graph) -> Graph:
    """The graph, its scores [1, labels] put through a softmax."""
    end = graphs.float_node("Softmax", "probabilities", graph.output)
    return graphs.of(graph, [*graph.definition.node, end], output=end.name)


def flat(graph: Graph, shape: tuple[int, ...]) -> Graph:
    """The graph whose output has the shape [1, labels]. Raises ModelImportError when `shape`, its output's, is more."""
    labels = shape[-1] if shape else 0
    if labels < 2 or int(np.prod(shape)) != labels:
        raise ModelImportError(
            f"The model's output has the shape {list(shape)}; a classifier gives [1, labels] "
            "with at least two labels: end it in one score per label."
        )
    if shape == (1, labels):
        return graph
    wanted = graphs.constant_node("scores/shape", np.array([1, labels], np.int32))
    end = graphs.float_node("Reshape", "scores", graph.output, wanted.name)
    return graphs.of(graph, [*graph.definition.node, wanted, end], output=end.name)
