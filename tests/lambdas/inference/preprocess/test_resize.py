"""Resizing compared with its definition, computed value by value."""

import tracemalloc

import numpy as np
import pytest

from inference.decode.buffers import Buffers
from inference.decode.exif import rotate_upright
from inference.preprocess import resize as module


def resize(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    return module.resize(pixels, height, width, Buffers())


def resize_by_definition(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return ResizeBilinear with align_corners=False and half_pixel_centers=False, all computed in float32."""
    float32 = np.float32
    result = np.zeros((height, width, pixels.shape[2]), np.float32)
    for y in range(height):
        row = float32(y) * (float32(pixels.shape[0]) / float32(height))
        top = int(np.floor(row))
        bottom = min(top + 1, pixels.shape[0] - 1)
        for x in range(width):
            column = float32(x) * (float32(pixels.shape[1]) / float32(width))
            left = int(np.floor(column))
            right = min(left + 1, pixels.shape[1] - 1)
            down, across = row - float32(top), column - float32(left)
            for channel in range(pixels.shape[2]):
                corners = [float32(pixels[i, j, channel]) for i in (top, bottom) for j in (left, right)]
                upper = corners[0] + (corners[1] - corners[0]) * across
                lower = corners[2] + (corners[3] - corners[2]) * across
                result[y, x, channel] = upper + (lower - upper) * down
    return result


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ((8, 8), (8, 8)),
        ((1, 1), (5, 7)),
        ((13, 7), (8, 8)),
        ((7, 13), (29, 31)),
        ((64, 48), (9, 11)),
        ((1, 9), (4, 2)),
        ((3, 90), (5, 4)),
        ((90, 3), (4, 5)),
        ((1, 200), (9, 9)),
        ((200, 1), (9, 9)),
    ],
)
def test_resize_equals_definition_to_last_bit(source: tuple[int, int], target: tuple[int, int], channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*source, channels), dtype=np.uint8)
    result = resize(pixels, *target)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, resize_by_definition(pixels, *target))


def test_resize_to_same_size_changes_nothing() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    np.testing.assert_array_equal(resize(pixels, 20, 30), pixels.astype(np.float32))


@pytest.mark.parametrize("size", [(20, 30, 3), (30, 20, 1), (1, 9, 3), (9, 1, 3), (2, 300, 3), (300, 2, 3)])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_rotated_view_is_resized_like_its_copy(orientation: int, size: tuple[int, int, int]) -> None:
    pixels = rotate_upright(np.random.default_rng(3).integers(0, 256, size, dtype=np.uint8), orientation)
    np.testing.assert_array_equal(resize(pixels, 7, 9), resize_by_definition(pixels.copy(), 7, 9))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_rotated_view_is_not_copied(orientation: int) -> None:
    pixels = rotate_upright(np.zeros((2000, 2000, 3), np.uint8), orientation)
    buffers = Buffers()
    module.resize(pixels, 40, 40, buffers)
    tracemalloc.start()
    try:
        module.resize(pixels, 40, 40, buffers)
        assert tracemalloc.get_traced_memory()[1] < pixels.nbytes / 50
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("size", [(60_000, 10), (10, 60_000), (1, 60_000), (60_000, 1), (800, 800)])
def test_extreme_shape_takes_no_more_memory_than_square(size: tuple[int, int], orientation: int) -> None:
    buffers = Buffers()
    module.resize(rotate_upright(np.zeros((*size, 3), np.uint8), orientation), 100, 100, buffers)
    selected, interpolated = 3 * 4 * (600_000 * 10_000) ** 0.5, 3 * 200 * 200 + 4 * 3 * 200 * 100
    assert buffers.size <= selected + interpolated


def test_result_shares_no_memory_with_buffers() -> None:
    buffers, random = Buffers(), np.random.default_rng(4)
    first, second = (random.integers(0, 256, (20, 30, 3), dtype=np.uint8) for _ in range(2))
    result = module.resize(first, 7, 9, buffers)
    module.resize(second, 7, 9, buffers)
    np.testing.assert_array_equal(result, resize_by_definition(first, 7, 9))


def test_resize_of_known_values() -> None:
    pixels = np.array([[0, 100], [200, 40]], np.uint8)[:, :, None]
    expected = [[0, 50, 100, 100], [100, 85, 70, 70], [200, 120, 40, 40], [200, 120, 40, 40]]
    np.testing.assert_array_equal(resize(pixels, 4, 4)[:, :, 0], np.array(expected, np.float32))
