"""Convert a simplified graph to the model file of an engine: a .tflite or a frozen graph."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import run
from build.model.graph import Graph, open_session

_MISSING = (
    r"'tf\.(\w+)' op is neither",
    r"Flex ops: ([^\n]+)",
    r"Custom ops: ([^\n]+)",
    r"unsupported op[^\n]*: ([^\n]+)",
)


@dataclass(frozen=True)
class ConvertedModel:
    """A model in an engine's format.

    Attributes:
        model: The model file.
        tensors: The names of a graph's input and output operations; None for a .tflite.
        scores: Maps float32 [n, height, width, channels] to float32 [n, labels].
    """

    model: bytes
    tensors: dict[str, str] | None
    scores: Callable[[NDArray[np.float32]], NDArray[np.float32]]


def convert_graph(graph: Graph, engine: str, precision: str) -> ConvertedModel:
    """Convert a simplified graph.

    Raises:
        ModelImportError: The engine does not support the precision or an operation.
    """
    if engine == "litert":
        return wrap_tflite(_to_tflite(graph, precision))
    check_precision(engine, precision)
    model: bytes = graph.definition.SerializeToString(deterministic=True)
    tensors = {"input": graph.input, "output": graph.output}
    return ConvertedModel(model, tensors, lambda arrays: run.run_graph(model, arrays, graph.input, graph.output))


def check_precision(engine: str, precision: str) -> None:
    """Check that an engine supports a precision.

    Raises:
        ModelImportError: The engine is not LiteRT and the precision is not float32.
    """
    if engine != "litert" and precision != "float32":
        raise ModelImportError(
            f"Invalid PRECISION {precision!r} for ENGINE={engine}, which runs float32: leave PRECISION out."
        )


def wrap_tflite(model: bytes) -> ConvertedModel:
    """Wrap a .tflite, unchanged, as a converted model."""
    return ConvertedModel(model, None, lambda arrays: run.run_litert(model, arrays))


def measure_output_shape(graph: Graph, shape: tuple[int, int, int]) -> tuple[int, ...]:
    """Measure the shape of a graph's output for one image of `shape`."""
    with open_session(graph.definition) as session:
        output = session.run(f"{graph.output}:0", {f"{graph.input}:0": np.zeros((1, *shape), np.float32)})
    return tuple(np.shape(output))


def _to_tflite(graph: Graph, precision: str) -> bytes:
    """Convert a graph to a .tflite for one image.

    float16 stores weights as half floats and computes in float32. int8 stores weights of convolutions and dense layers
    as 8-bit integers with a scale per channel, and quantizes activations at run time (dynamic range quantization).
    """
    converter = tf.lite.TFLiteConverter.from_concrete_functions([_to_function(graph)])
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    try:
        model: bytes = converter.convert()
    except Exception as error:
        raise ModelImportError(_describe_failure(str(error))) from error
    return model


def _to_function(graph: Graph) -> tf.types.experimental.ConcreteFunction:
    imported = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(graph.definition, name=""), [])
    tensors = [imported.graph.get_tensor_by_name(f"{name}:0") for name in (graph.input, graph.output)]
    return imported.prune(*tensors)


def _describe_failure(message: str) -> str:
    missing = {
        name.strip().removeprefix("Flex")
        for pattern in _MISSING
        for match in re.findall(pattern, message)
        for name in match.split(",")
    }
    fix = "Import the model with ENGINE=tensorflow, which supports all of TensorFlow's operations."
    if missing:
        return f"LiteRT does not support operations of this model: {', '.join(sorted(missing))}. {fix}"
    first = next((line.strip() for line in message.splitlines() if line.strip()), "no reason was reported")
    return f"LiteRT cannot convert this model ({first[:300]}). {fix}"
