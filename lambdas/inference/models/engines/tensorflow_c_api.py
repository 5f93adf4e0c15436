"""The part of TensorFlow's C API that a frozen graph needs, and a tensor on top of it.

Source: tensorflow/c/c_api.h, tf_status.h and tf_tensor.h of TensorFlow 2.21.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_char_p, c_float, c_int, c_int64, c_size_t, c_void_p
from functools import cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.models.engines import tensorflow_libraries

FLOAT = 1  # TF_FLOAT
_INVALID_ARGUMENT = 3  # TF_INVALID_ARGUMENT


class Buffer(Structure):
    """TF_Buffer: bytes that belong to the caller."""

    _fields_ = (("data", c_void_p), ("length", c_size_t), ("deallocator", c_void_p))


class Output(Structure):
    """TF_Output: one output of an operation."""

    _fields_ = (("operation", c_void_p), ("index", c_int))


_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "TF_NewStatus": (c_void_p, []),
    "TF_DeleteStatus": (None, [c_void_p]),
    "TF_GetCode": (c_int, [c_void_p]),
    "TF_Message": (c_char_p, [c_void_p]),
    "TF_AllocateTensor": (c_void_p, [c_int, POINTER(c_int64), c_int, c_size_t]),
    "TF_DeleteTensor": (None, [c_void_p]),
    "TF_TensorData": (c_void_p, [c_void_p]),
    "TF_TensorByteSize": (c_size_t, [c_void_p]),
    "TF_NewGraph": (c_void_p, []),
    "TF_DeleteGraph": (None, [c_void_p]),
    "TF_NewImportGraphDefOptions": (c_void_p, []),
    "TF_DeleteImportGraphDefOptions": (None, [c_void_p]),
    "TF_GraphImportGraphDef": (None, [c_void_p, POINTER(Buffer), c_void_p, c_void_p]),
    "TF_GraphOperationByName": (c_void_p, [c_void_p, c_char_p]),
    "TF_OperationNumOutputs": (c_int, [c_void_p]),
    "TF_OperationOutputType": (c_int, [Output]),
    "TF_GraphGetTensorNumDims": (c_int, [c_void_p, Output, c_void_p]),
    "TF_GraphGetTensorShape": (None, [c_void_p, Output, POINTER(c_int64), c_int, c_void_p]),
    "TF_NewSessionOptions": (c_void_p, []),
    "TF_DeleteSessionOptions": (None, [c_void_p]),
    "TF_SetConfig": (None, [c_void_p, c_char_p, c_size_t, c_void_p]),
    "TF_NewSession": (c_void_p, [c_void_p, c_void_p, c_void_p]),
    "TF_CloseSession": (None, [c_void_p, c_void_p]),
    "TF_DeleteSession": (None, [c_void_p, c_void_p]),
    "TF_SessionRun": (
        None,
        [c_void_p, c_void_p]
        + [POINTER(Output), POINTER(c_void_p), c_int] * 2
        + [POINTER(c_void_p), c_int, c_void_p, c_void_p],
    ),
}


@cache
def get_function(name: str) -> Callable[..., Any]:
    """Return a function of the API by its name there.

    Raises:
        ModelError: The libraries cannot be loaded, see `tensorflow_libraries.load`.
    """
    result, arguments = _FUNCTIONS[name]
    function: Any = next(getattr(library, name) for library in tensorflow_libraries.load() if hasattr(library, name))
    function.restype, function.argtypes = result, arguments
    return function  # type: ignore[no-any-return]


@contextmanager
def check_status() -> Iterator[c_void_p]:
    """Provide the TF_Status for one call, and check it afterwards.

    Raises:
        ValueError: TensorFlow reports an invalid argument; the message is TensorFlow's.
        RuntimeError: TensorFlow reports any other error; the message is TensorFlow's.
    """
    status = get_function("TF_NewStatus")()
    try:
        yield status
        code = get_function("TF_GetCode")(status)
        if code:
            message = get_function("TF_Message")(status).decode(errors="replace")
            raise (ValueError if code == _INVALID_ARGUMENT else RuntimeError)(f"TensorFlow says: {message}")
    finally:
        get_function("TF_DeleteStatus")(status)


class Tensor:
    """A float32 tensor of TensorFlow and a numpy array over its memory, which is freed with the Tensor.

    Attributes:
        handle: The TF_Tensor.
        array: float32, valid as long as the Tensor exists.
    """

    def __init__(self, handle: c_void_p) -> None:
        if not handle:
            raise RuntimeError("TensorFlow has no memory for a tensor")
        self.handle = handle
        count = get_function("TF_TensorByteSize")(handle) // 4
        memory = (c_float * count).from_address(get_function("TF_TensorData")(handle))
        self.array: NDArray[np.float32] = np.frombuffer(memory, np.float32)

    @classmethod
    def allocate(cls, shape: tuple[int, ...]) -> "Tensor":
        """Allocate a tensor whose `array` has this shape and arbitrary contents.

        Raises:
            RuntimeError: There is no memory for it.
        """
        sizes = (c_int64 * len(shape))(*shape)
        tensor = cls(c_void_p(get_function("TF_AllocateTensor")(FLOAT, sizes, len(shape), 4 * prod(shape))))
        tensor.array = tensor.array.reshape(shape)
        return tensor

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            get_function("TF_DeleteTensor")(self.handle)
