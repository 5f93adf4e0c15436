"""Memory that the work on one image needs, used again for the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

# Enough for a camera's 12 megapixels; what larger images need is given back at once.
KEPT_BYTES = 50_000_000

Number = TypeVar("Number", bound=np.generic)

_spare: list["Scratch"] = []


class Scratch:
    """Named arrays for one image at a time. They cost as much to get from the system afresh as to fill."""

    def __init__(self) -> None:
        self._blocks: dict[str, NDArray[np.uint8]] = {}

    def array(self, name: str, shape: tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
        """An array that holds anything; it is overwritten once that name is asked for again."""
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        if name not in self._blocks or self._blocks[name].size < size:
            self._blocks.pop(name, None)  # freed before its successor is there
            self._blocks[name] = np.empty(size, np.uint8)
        return self._blocks[name][:size].view(kind).reshape(shape)

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return sum(block.size for block in self._blocks.values())


@contextmanager
def lent() -> Iterator[Scratch]:
    """Scratch memory for as long as an image is worked at; in all there is as much as images are worked at at once."""
    try:
        scratch = _spare.pop()
    except IndexError:
        scratch = Scratch()
    try:
        yield scratch
    finally:
        if scratch.size <= KEPT_BYTES:
            _spare.append(scratch)
