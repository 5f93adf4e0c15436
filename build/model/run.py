"""Run a model as it was made, image by image: a .tflite in LiteRT, a frozen graph in a TensorFlow session."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def litert(model: bytes, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores, float32 [n, labels], that a .tflite gives to float32 [n, height, width, channels]."""
    from ai_edge_litert.interpreter import Interpreter

    return _interpreted(Interpreter(model_content=model), arrays)


def tensorflow_lite(model: bytes, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same from TensorFlow's own interpreter and its plain kernels: another runtime to compare with."""
    import tensorflow as tf

    plain = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    return _interpreted(tf.lite.Interpreter(model_content=model, experimental_op_resolver_type=plain), arrays)


def tensorflow(model: bytes, arrays: NDArray[np.float32], takes: str, gives: str) -> NDArray[np.float32]:
    """Scores, float32 [n, labels], of a frozen graph whose input and output are the operations `takes` and `gives`."""
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef.FromString(model)
    with tf.Graph().as_default() as graph, tf.compat.v1.Session(graph=graph) as session:
        tf.import_graph_def(definition, name="")
        rows = [session.run(f"{gives}:0", {f"{takes}:0": array[np.newaxis]}) for array in arrays]
    return np.stack([np.asarray(row, np.float32).reshape(-1) for row in rows])


def _interpreted(interpreter: Any, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    interpreter.allocate_tensors()
    takes, gives = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    rows = []
    for array in arrays:
        interpreter.set_tensor(takes, array[np.newaxis])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(gives).reshape(-1))
    return np.stack(rows)
