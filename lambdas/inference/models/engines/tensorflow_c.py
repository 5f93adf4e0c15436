"""TensorFlow's C API, as far as a frozen graph needs it (tensorflow/c/c_api.h, tf_status.h, tf_tensor.h of 2.21)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_size_t, c_void_p
from functools import cache
from typing import Any

from inference.models.engines import libraries

FLOAT = 1  # TF_FLOAT
_INVALID_ARGUMENT = 3


class Buffer(Structure):
    """TF_Buffer: bytes that stay their owner's."""

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
def function(name: str) -> Callable[..., Any]:
    """A function of the API, by its name there. Raises ModelError as libraries.load does."""
    result, arguments = _FUNCTIONS[name]
    found: Any = next(getattr(library, name) for library in libraries.load() if hasattr(library, name))
    found.restype, found.argtypes = result, arguments
    return found  # type: ignore[no-any-return]


@contextmanager
def status() -> Iterator[c_void_p]:
    """A status for one call. Afterwards raises ValueError or RuntimeError, in TensorFlow's words, if it went wrong."""
    made = function("TF_NewStatus")()
    try:
        yield made
        code = function("TF_GetCode")(made)
        if code:
            message = function("TF_Message")(made).decode(errors="replace")
            raise (ValueError if code == _INVALID_ARGUMENT else RuntimeError)(f"TensorFlow says: {message}")
    finally:
        function("TF_DeleteStatus")(made)
