"""A frozen graph to the file that an engine runs, and that file's scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import clean, fold, litert, run
from build.model import graph as graphs
from build.model.graph import Graph


@dataclass(frozen=True)
class Converted:
    """A model that an engine runs; `scores` gives float32 [n, labels] of float32 [n, height, width, channels]."""

    model: bytes
    tensors: dict[str, str] | None
    scores: Callable[[NDArray[np.float32]], NDArray[np.float32]]


def simplified(graph: Graph) -> Graph:
    """The graph reduced to the arithmetic of one image's scores. Raises ModelImportError for broken weights."""
    clean.check_weights(graph)
    return fold.fold(clean.compute_constants(clean.clean(graph)))


def output_shape(graph: Graph, shape: tuple[int, int, int]) -> tuple[int, ...]:
    """The shape of what the graph gives for one image of `shape`."""
    with graphs.session(graph.definition) as session:
        given = session.run(f"{graph.output}:0", {f"{graph.input}:0": np.zeros((1, *shape), np.float32)})
    return tuple(np.shape(given))


def convert(graph: Graph, engine: str, precision: str) -> Converted:
    """A simplified graph for an engine. Raises ModelImportError for what the engine cannot do."""
    if engine == "litert":
        return as_it_is(litert.convert(graph, precision))
    if precision != "float32":
        raise ModelImportError(
            f"PRECISION={precision} is LiteRT's: leave it out for ENGINE=tensorflow, which runs float32."
        )
    model: bytes = graph.definition.SerializeToString(deterministic=True)
    tensors = {"input": graph.input, "output": graph.output}
    return Converted(model, tensors, lambda arrays: run.tensorflow(model, arrays, graph.input, graph.output))


def as_it_is(model: bytes) -> Converted:
    """A .tflite."""
    return Converted(model, None, lambda arrays: run.litert(model, arrays))
