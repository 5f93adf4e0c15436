"""Reading the orientation, also from hostile Exif blocks, and undoing it."""

import struct

import numpy as np
import pytest

from inference.decode.exif import read_orientation, rotate_upright


def block(value: int, *, order: str = "<", kind: int = 3, count: int = 1, tag: int = 0x0112) -> bytes:
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    return head + struct.pack(order + "HHHIHH", 1, tag, kind, count, value, 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_valid_orientation_is_read(value: int, order: str) -> None:
    assert read_orientation(block(value, order=order)) == value
    assert read_orientation(b"Exif\0\0" + block(value, order=order)) == value


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
def test_invalid_block_means_upright(broken: bytes) -> None:
    assert read_orientation(broken) == 1


def test_rotate_upright_undoes_each_orientation() -> None:
    """Expected results by the table of the Exif standard (0th row, 0th column)."""
    stored = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)[:, :, None]
    assert {value: rotate_upright(stored, value)[:, :, 0].tolist() for value in range(1, 9)} == {
        1: [[1, 2, 3], [4, 5, 6]],
        2: [[3, 2, 1], [6, 5, 4]],
        3: [[6, 5, 4], [3, 2, 1]],
        4: [[4, 5, 6], [1, 2, 3]],
        5: [[1, 4], [2, 5], [3, 6]],
        6: [[4, 1], [5, 2], [6, 3]],
        7: [[6, 3], [5, 2], [4, 1]],
        8: [[3, 6], [2, 5], [1, 4]],
    }
