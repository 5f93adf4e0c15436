"""LiteRT: .tflite models on the CPU."""

from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.models.engines.quiet import quiet
from inference.models.memory_file import MemoryFile


class Network:
    """A model ready to run. An interpreter serves one caller at a time, so callers wait for each other."""

    def __init__(self, model: MemoryFile, threads: int) -> None:
        with quiet():
            # It maps the path itself: the weights are in memory once.
            self._interpreter = Interpreter(model_path=model.path, num_threads=threads)
            self._interpreter.allocate_tensors()
        (taken,) = self._interpreter.get_input_details()
        (given,) = self._interpreter.get_output_details()
        self.input_shape = tuple(int(size) for size in taken["shape"])
        self._input, self._output = taken["index"], given["index"]
        self._lock = Lock()

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [n_labels] of `array`, float32 of `input_shape`."""
        with self._lock:
            self._interpreter.set_tensor(self._input, array)
            self._interpreter.invoke()
            scores: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return scores.reshape(-1)


def load(model: MemoryFile, threads: int) -> Network:
    """The network of a .tflite file, run by `threads` threads. Raises ValueError or RuntimeError for another file."""
    return Network(model, threads)
