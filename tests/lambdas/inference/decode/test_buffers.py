"""Buffers are reused from image to image."""

import numpy as np
import pytest

from inference.decode import buffers as module
from inference.decode.buffers import Buffers, borrow_buffers


@pytest.fixture(autouse=True)
def no_spare_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_spare", [])


def test_next_image_gets_same_memory() -> None:
    with borrow_buffers() as first:
        pixels = first.array("pixels", (4, 6, 3), np.uint8)
        lines = first.array("lines", (4, 6), np.float32)
        assert not np.shares_memory(pixels, lines)
    with borrow_buffers() as second:
        assert np.shares_memory(second.array("pixels", (2, 3, 3), np.uint8), pixels)
        assert np.shares_memory(second.array("lines", (6, 4), np.float32), lines)


def test_array_has_requested_shape_and_type() -> None:
    array = Buffers().array("lines", (3, 5, 1), np.float32)
    assert array.shape == (3, 5, 1)
    assert array.dtype == np.float32
    assert array.flags.c_contiguous
    assert array.flags.writeable


def test_larger_image_enlarges_buffer_once() -> None:
    with borrow_buffers() as buffers:
        buffers.array("pixels", (10,), np.uint8)
        assert buffers.array("pixels", (1000,), np.uint8).size == 1000
        assert buffers.size == 1000
        buffers.array("pixels", (10,), np.uint8)
        assert buffers.size == 1000


def test_simultaneous_images_have_separate_memory() -> None:
    with borrow_buffers() as first, borrow_buffers() as second:
        assert not np.shares_memory(first.array("pixels", (9,), np.uint8), second.array("pixels", (9,), np.uint8))
    assert len(module._spare) == 2


def test_buffers_of_largest_images_are_freed() -> None:
    with borrow_buffers() as buffers:
        buffers.array("pixels", (module.MAX_REUSED_BYTES,), np.uint8)
    assert module._spare == [buffers]
    with borrow_buffers() as buffers:
        buffers.array("lines", (1,), np.float32)
    assert module._spare == []


def test_failed_image_returns_its_buffers() -> None:
    with pytest.raises(ZeroDivisionError), borrow_buffers():
        raise ZeroDivisionError
    assert len(module._spare) == 1
