"""LiteRT: .tflite models on the CPU."""

from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.models.engines.stderr import suppress_stderr
from inference.models.memory_file import MemoryFile


class Network:
    """A loaded model. An interpreter serves one caller at a time, so callers wait for each other.

    Attributes:
        input_shape: The shape of the input tensor.
    """

    def __init__(self, model: MemoryFile, threads: int) -> None:
        with suppress_stderr():
            # The interpreter maps the path, so the weights are in memory once.
            self._interpreter = Interpreter(model_path=model.path, num_threads=threads)
            self._interpreter.allocate_tensors()
        (model_input,) = self._interpreter.get_input_details()
        (model_output,) = self._interpreter.get_output_details()
        self.input_shape = tuple(int(size) for size in model_input["shape"])
        self._input, self._output = model_input["index"], model_output["index"]
        self._lock = Lock()

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores, float32 [n_labels], of an input tensor, float32 of `input_shape`."""
        with self._lock:
            self._interpreter.set_tensor(self._input, array)
            self._interpreter.invoke()
            scores: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return scores.reshape(-1)


def load(model: MemoryFile, threads: int) -> Network:
    """Load a .tflite file.

    Args:
        model: The file. It may be closed afterwards.
        threads: How many threads may compute.

    Raises:
        ValueError: The file is not a model, or does not have exactly one input and one output.
        RuntimeError: The model has operations that LiteRT does not know.
    """
    return Network(model, threads)
