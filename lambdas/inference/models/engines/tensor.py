"""A float32 tensor of TensorFlow's, and the numpy array over its memory."""

from ctypes import c_float, c_int64, c_void_p
from math import prod

import numpy as np
from numpy.typing import NDArray

from inference.models.engines.tensorflow_c import FLOAT, function


class Tensor:
    """Owns a tensor: its memory, which `array` shows, goes with it."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Raises RuntimeError when there is no memory for it."""
        sizes = (c_int64 * len(shape))(*shape)
        self._own(c_void_p(function("TF_AllocateTensor")(FLOAT, sizes, len(shape), 4 * prod(shape))))
        self.array.shape = shape

    @classmethod
    def of(cls, handle: c_void_p) -> "Tensor":
        """The tensor that TensorFlow has made, `array` flat."""
        tensor = cls.__new__(cls)
        tensor._own(handle)
        return tensor

    def _own(self, handle: c_void_p) -> None:
        if not handle:
            raise RuntimeError("TensorFlow has no memory for a tensor")
        self.handle = handle
        count = function("TF_TensorByteSize")(handle) // 4
        memory = (c_float * count).from_address(function("TF_TensorData")(handle))
        self.array: NDArray[np.float32] = np.frombuffer(memory, np.float32)

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            function("TF_DeleteTensor")(self.handle)
