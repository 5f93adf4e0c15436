"""Sluice's worker with ONNX Runtime in place of LiteRT."""

import sys
from types import ModuleType

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inference.models.memory_file import MemoryFile


class Network:
    """An ONNX session with the interface of inference/models/engines."""

    def __init__(self, model: MemoryFile, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model.path, options, providers=["CPUExecutionProvider"])
        (model_input,) = self._session.get_inputs()
        self._name = model_input.name
        self.input_shape = tuple(model_input.shape)

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute the scores, float32 [labels], of `array`, float32 of `input_shape`."""
        scores: NDArray[np.float32] = self._session.run(None, {self._name: array})[0]
        return scores.reshape(-1)


engine = ModuleType("inference.models.engines.litert")
engine.load = Network  # type: ignore[attr-defined]
sys.modules["inference.models.engines.litert"] = engine

from handlers.worker import handler  # noqa: E402, F401 - after the engine above is in place
