"""Memory that one image needs while it is decoded and resized, reused for the next image."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

# Enough for the 12 megapixels of a phone's camera. Buffers that grew beyond it are freed after the image.
MAX_REUSED_BYTES = 50_000_000

Number = TypeVar("Number", bound=np.generic)

_spare: list["Buffers"] = []


class Buffers:
    """Named arrays for one image at a time. Allocating them anew would take as long as filling them."""

    def __init__(self) -> None:
        self._blocks: dict[str, NDArray[np.uint8]] = {}

    def array(self, name: str, shape: tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
        """Return an array with arbitrary contents, valid until the next call with the same name.

        Args:
            name: Which buffer to use; it grows if it is too small.
            shape: The shape of the array.
            kind: The type of its elements, for example `np.uint8`.
        """
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        if name not in self._blocks or self._blocks[name].size < size:
            self._blocks.pop(name, None)  # frees the old block before the new one is allocated
            self._blocks[name] = np.empty(size, np.uint8)
        return self._blocks[name][:size].view(kind).reshape(shape)

    @property
    def size(self) -> int:
        """The bytes that are allocated."""
        return sum(block.size for block in self._blocks.values())


@contextmanager
def borrow_buffers() -> Iterator[Buffers]:
    """Lend buffers for one image. There are as many as images were processed at the same time."""
    try:
        buffers = _spare.pop()
    except IndexError:
        buffers = Buffers()
    try:
        yield buffers
    finally:
        if buffers.size <= MAX_REUSED_BYTES:
            _spare.append(buffers)
