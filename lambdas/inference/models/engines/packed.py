"""Files that a layer holds as zstd frames, decompressed by every core at once.

The format is the Zstandard Seekable Format, version 0.1.0 (contrib/seekable_format of facebook/zstd): independent
frames, each with a checksum, then a table of their sizes.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import zstandard

from inference.errors import ModelError

_SEEKABLE = 0x8F92EAB1
_FOOTER = struct.Struct("<IBI")
_SIZES = struct.Struct("<II")


def unpack(packed: Path, fd: int, threads: int) -> None:
    """Write what `packed` holds to the file `fd`, by so many threads. Raises ModelError when it is damaged, OSError."""
    try:
        with (
            packed.open("rb") as file,
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content,
            memoryview(content) as frames,
            ThreadPoolExecutor(threads) as pool,
        ):
            for _ in pool.map(lambda frame: _write(frames, fd, *frame), list(_frames(content))):
                pass
    except (ValueError, struct.error, zstandard.ZstdError) as error:
        raise ModelError(
            f"{packed} is damaged ({error}): build its layer again (make build) and deploy it (make apply)."
        ) from None


def _frames(content: mmap.mmap) -> Iterator[tuple[int, int, int, int]]:
    """(start, bytes) of each frame, and (start, bytes) of what is in it. Raises ValueError or struct.error."""
    count, flags, magic = _FOOTER.unpack(content[-_FOOTER.size :])
    table = len(content) - _FOOTER.size - count * _SIZES.size
    if magic != _SEEKABLE or flags or table < 0:
        raise ValueError("it has no table of frames")
    start = offset = 0
    for packed, size in _SIZES.iter_unpack(content[table : -_FOOTER.size]):
        if start + packed > table:
            raise ValueError("its table does not fit its frames")
        yield start, packed, offset, size
        start, offset = start + packed, offset + size


def _write(frames: memoryview, fd: int, start: int, packed: int, offset: int, size: int) -> None:
    with frames[start : start + packed] as frame:
        # A decompressor serves one thread at a time, and a new one costs nothing beside a frame.
        content = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size)
    if len(content) != size:
        raise ValueError("a frame has not the size that its table says")
    rest = memoryview(content)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest, offset = rest[written:], offset + written
