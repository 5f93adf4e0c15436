"""Run a model file image by image: a .tflite in LiteRT, a frozen graph in a TensorFlow session.

TensorFlow is imported only where it is used, so that LiteRT models run without it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def run_litert(model: bytes, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a .tflite in LiteRT.

    Args:
        model: The .tflite.
        arrays: float32 [n, height, width, channels].

    Returns:
        Scores, float32 [n, labels].
    """
    from ai_edge_litert.interpreter import Interpreter

    return _run_interpreter(Interpreter(model_content=model), arrays)


def run_tflite(model: bytes, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a .tflite in TensorFlow's interpreter with its reference kernels, to compare LiteRT with.

    Args and return value as of run_litert.
    """
    import tensorflow as tf

    reference = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = tf.lite.Interpreter(model_content=model, experimental_op_resolver_type=reference)
    return _run_interpreter(interpreter, arrays)


def run_graph(model: bytes, arrays: NDArray[np.float32], input_name: str, output_name: str) -> NDArray[np.float32]:
    """Run a frozen graph in a TensorFlow session.

    Args:
        model: The serialized GraphDef.
        arrays: float32 [n, height, width, channels].
        input_name: The input operation.
        output_name: The output operation.

    Returns:
        Scores, float32 [n, labels].
    """
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef.FromString(model)
    with tf.Graph().as_default() as graph, tf.compat.v1.Session(graph=graph) as session:
        tf.import_graph_def(definition, name="")
        rows = [session.run(f"{output_name}:0", {f"{input_name}:0": array[np.newaxis]}) for array in arrays]
    return np.stack([np.asarray(row, np.float32).reshape(-1) for row in rows])


def _run_interpreter(interpreter: Any, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    interpreter.allocate_tensors()
    input_index = interpreter.get_input_details()[0]["index"]
    output_index = interpreter.get_output_details()[0]["index"]
    rows = []
    for array in arrays:
        interpreter.set_tensor(input_index, array[np.newaxis])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(output_index).reshape(-1))
    return np.stack(rows)
