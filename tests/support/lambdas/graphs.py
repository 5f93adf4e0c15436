"""Writes small GraphDefs without TensorFlow's Python package.

Source: tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT, INT32, STRING = 1, 3, 7
_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int32): INT32}


def make_softmax(weights: NDArray[np.float32], shape: Sequence[int] = (1, 8, 8, 1)) -> bytes:
    """Return the graph softmax(flatten(x) @ weights) with a placeholder "x" of `shape`; -1 leaves a size open."""
    return make_graph(
        make_node("x", "Placeholder", dtype=type_attribute(FLOAT), shape=shape_attribute(shape)),
        make_constant("flat", np.array([1, -1], np.int32)),
        make_constant("weights", weights),
        make_node("rows", "Reshape", "x", "flat", T=type_attribute(FLOAT), Tshape=type_attribute(INT32)),
        make_node("scores", "MatMul", "rows", "weights", T=type_attribute(FLOAT)),
        make_node("y", "Softmax", "scores", T=type_attribute(FLOAT)),
    )


def make_graph(*nodes: bytes) -> bytes:
    """Return a GraphDef."""
    return b"".join(_field(1, each) for each in nodes)


def make_node(name: str, operation: str, *inputs: str, **attributes: bytes) -> bytes:
    """Return a NodeDef; `attributes` are AttrValues."""
    pairs = (_field(1, key.encode()) + _field(2, value) for key, value in attributes.items())
    return (
        _field(1, name.encode())
        + _field(2, operation.encode())
        + b"".join(_field(3, each.encode()) for each in inputs)
        + b"".join(_field(5, pair) for pair in pairs)
    )


def make_constant(name: str, value: NDArray[np.float32] | NDArray[np.int32]) -> bytes:
    """Return a NodeDef of the operation Const."""
    type_ = _TYPES[value.dtype]
    tensor = _number(1, type_) + _field(2, _shape(value.shape)) + _field(4, value.tobytes())
    return make_node(name, "Const", dtype=type_attribute(type_), value=_field(8, tensor))


def type_attribute(type_: int) -> bytes:
    """Return an AttrValue with a type."""
    return _number(6, type_)


def shape_attribute(shape: Sequence[int]) -> bytes:
    """Return an AttrValue with a shape."""
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
