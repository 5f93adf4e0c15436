"""A frozen graph to a .tflite."""

import re

import tensorflow as tf

from build.errors import ModelImportError
from build.model.graph import Graph

_MISSING = (
    r"'tf\.(\w+)' op is neither",
    r"Flex ops: ([^\n]+)",
    r"Custom ops: ([^\n]+)",
    r"unsupported op[^\n]*: ([^\n]+)",
)


def convert(graph: Graph, precision: str) -> bytes:
    """The graph as a .tflite for one image.

    float16 keeps weights as half floats and computes in float32. int8 keeps weights of convolutions and dense layers as
    8-bit integers with a scale per channel, and quantises what flows between them as it comes ("dynamic range").
    Raises ModelImportError, with the operations' names, for what LiteRT does not have.
    """
    converter = tf.lite.TFLiteConverter.from_concrete_functions([_function(graph)])
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    try:
        converted: bytes = converter.convert()
    except Exception as error:
        raise ModelImportError(_sentence(str(error))) from error
    return converted


def _function(graph: Graph) -> tf.types.experimental.ConcreteFunction:
    whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(graph.definition, name=""), [])
    ends = [whole.graph.get_tensor_by_name(f"{name}:0") for name in (graph.input, graph.output)]
    return whole.prune(*ends)


def _sentence(said: str) -> str:
    found = {
        name.strip().removeprefix("Flex")
        for text in _MISSING
        for match in re.findall(text, said)
        for name in match.split(",")
    }
    cure = "Import the model with ENGINE=tensorflow, which runs all of TensorFlow's operations."
    if found:
        return f"LiteRT does not have the operations that this model uses: {', '.join(sorted(found))}. {cure}"
    first = next((line.strip() for line in said.splitlines() if line.strip()), "no reason was given")
    return f"LiteRT's converter refuses this model ({first[:300]}). {cure}"
