"""Orientation, read from hostile blocks too."""

import struct

import numpy as np
import pytest

from inference.decode.exif import orientation, upright


def block(value: int, *, order: str = "<", kind: int = 3, count: int = 1, tag: int = 0x0112) -> bytes:
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    return head + struct.pack(order + "HHHIHH", 1, tag, kind, count, value, 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_a_valid_orientation_is_read(value: int, order: str) -> None:
    assert orientation(block(value, order=order)) == value
    assert orientation(b"Exif\0\0" + block(value, order=order)) == value


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"XX*\0" + block(6)[4:],
        block(0),
        block(9),
        block(6, kind=4),
        block(6, count=2),
        block(6, tag=0x0111),
        block(6)[:-3],
        b"II*\0\xff\xff\xff\xff" + block(6)[8:],
        b"II*\0\x08\0\0\0\xff\xff" + bytes(24),
    ],
)
def test_anything_else_means_upright(broken: bytes) -> None:
    assert orientation(broken) == 1


def test_each_orientation_is_undone() -> None:
    """Where each corner of the stored image belongs, from the EXIF standard's table (row 0, column 0)."""
    stored = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)[:, :, None]
    seen = {turn: upright(stored, turn)[:, :, 0].tolist() for turn in range(1, 9)}
    assert seen == {
        1: [[1, 2, 3], [4, 5, 6]],
        2: [[3, 2, 1], [6, 5, 4]],
        3: [[6, 5, 4], [3, 2, 1]],
        4: [[4, 5, 6], [1, 2, 3]],
        5: [[1, 4], [2, 5], [3, 6]],
        6: [[4, 1], [5, 2], [6, 3]],
        7: [[6, 3], [5, 2], [4, 1]],
        8: [[3, 6], [2, 5], [1, 4]],
    }
