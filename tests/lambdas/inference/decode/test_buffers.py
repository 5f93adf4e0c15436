"""Memory that is used again."""

import numpy as np
import pytest

from inference.decode import buffers
from inference.decode.buffers import Buffers, borrow_buffers


@pytest.fixture(autouse=True)
def nothing_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "_spare", [])


def test_the_next_image_gets_the_same_memory() -> None:
    with borrow_buffers() as first:
        pixels = first.array("pixels", (4, 6, 3), np.uint8)
        lines = first.array("lines", (4, 6), np.float32)
        assert not np.shares_memory(pixels, lines)
    with borrow_buffers() as second:
        assert np.shares_memory(second.array("pixels", (2, 3, 3), np.uint8), pixels)
        assert np.shares_memory(second.array("lines", (6, 4), np.float32), lines)


def test_arrays_are_as_they_are_asked_for() -> None:
    array = Buffers().array("lines", (3, 5, 1), np.float32)
    assert array.shape == (3, 5, 1)
    assert array.dtype == np.float32
    assert array.flags.c_contiguous
    assert array.flags.writeable


def test_a_larger_image_gets_larger_memory_once() -> None:
    with borrow_buffers() as memory:
        memory.array("pixels", (10,), np.uint8)
        assert memory.array("pixels", (1000,), np.uint8).size == 1000
        assert memory.size == 1000
        memory.array("pixels", (10,), np.uint8)
        assert memory.size == 1000


def test_images_at_work_at_once_have_each_their_own() -> None:
    with borrow_buffers() as first, borrow_buffers() as second:
        assert not np.shares_memory(first.array("pixels", (9,), np.uint8), second.array("pixels", (9,), np.uint8))
    assert len(buffers._spare) == 2


def test_what_the_largest_images_take_is_given_back() -> None:
    with borrow_buffers() as memory:
        memory.array("pixels", (buffers.MAX_REUSED_BYTES,), np.uint8)
    assert buffers._spare == [memory]
    with borrow_buffers() as memory:
        memory.array("lines", (1,), np.float32)
    assert buffers._spare == []


def test_an_image_that_fails_gives_its_memory_back_too() -> None:
    with pytest.raises(ZeroDivisionError), borrow_buffers():
        raise ZeroDivisionError
    assert len(buffers._spare) == 1
