"""Small GraphDefs, written field by field (tensorflow/core/framework/*.proto): TensorFlow's Python is not here."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT, INT32, STRING = 1, 3, 7
_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int32): INT32}


def softmax(weights: NDArray[np.float32], shape: Sequence[int] = (1, 8, 8, 1)) -> bytes:
    """The graph softmax(flat(x) @ weights) over a placeholder "x" of `shape`; -1 leaves a size open."""
    return graph(
        node("x", "Placeholder", dtype=kind(FLOAT), shape=sizes(shape)),
        constant("flat", np.array([1, -1], np.int32)),
        constant("weights", weights),
        node("rows", "Reshape", "x", "flat", T=kind(FLOAT), Tshape=kind(INT32)),
        node("scores", "MatMul", "rows", "weights", T=kind(FLOAT)),
        node("y", "Softmax", "scores", T=kind(FLOAT)),
    )


def graph(*nodes: bytes) -> bytes:
    """A GraphDef."""
    return b"".join(_field(1, each) for each in nodes)


def node(name: str, operation: str, *inputs: str, **attributes: bytes) -> bytes:
    """A NodeDef; attributes are AttrValues."""
    pairs = (_field(1, key.encode()) + _field(2, value) for key, value in attributes.items())
    return (
        _field(1, name.encode())
        + _field(2, operation.encode())
        + b"".join(_field(3, each.encode()) for each in inputs)
        + b"".join(_field(5, pair) for pair in pairs)
    )


def constant(name: str, value: NDArray[np.float32] | NDArray[np.int32]) -> bytes:
    """A Const node."""
    type_ = _TYPES[value.dtype]
    tensor = _number(1, type_) + _field(2, _shape(value.shape)) + _field(4, value.tobytes())
    return node(name, "Const", dtype=kind(type_), value=_field(8, tensor))


def kind(type_: int) -> bytes:
    """An AttrValue with a type."""
    return _number(6, type_)


def sizes(shape: Sequence[int]) -> bytes:
    """An AttrValue with a shape."""
    return _field(7, _shape(shape))


def _shape(shape: Sequence[int]) -> bytes:
    return b"".join(_field(2, _number(1, size)) for size in shape)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & (1 << 64) - 1)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low = struct.pack("B", value & 127 | (128 if value > 127 else 0))
    return low + (_varint(value >> 7) if value > 127 else b"")
