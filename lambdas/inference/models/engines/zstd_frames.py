"""Decompresses the large files of a layer on all cores.

The format is the Zstandard Seekable Format 0.1.0 (contrib/seekable_format of facebook/zstd): independent frames, each
with a checksum, followed by a table of their sizes.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import zstandard

from inference.errors import ModelError

_SEEKABLE_MAGIC = 0x8F92EAB1
_FOOTER = struct.Struct("<IBI")  # number of frames, flags, magic number
_SIZES = struct.Struct("<II")  # compressed and decompressed bytes of a frame


def decompress(source: Path, fd: int, threads: int) -> None:
    """Decompress the file `source` into the open file `fd`.

    Args:
        source: A file in the Zstandard Seekable Format.
        fd: The descriptor of a file that is open for writing.
        threads: How many threads decompress.

    Raises:
        ModelError: The file is damaged.
        OSError: The file cannot be read, or there is no space for its contents.
    """
    try:
        with (
            source.open("rb") as file,
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content,
            memoryview(content) as view,
            ThreadPoolExecutor(threads) as pool,
        ):
            for _ in pool.map(lambda frame: _decompress_frame(view, fd, *frame), list(_parse_table(content))):
                pass
    except (ValueError, struct.error, zstandard.ZstdError) as error:
        raise ModelError(
            f"{source} is damaged ({error}): build its layer again (make build) and deploy it (make apply)."
        ) from None


def _parse_table(content: mmap.mmap) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, bytes) of each frame in the file, then (start, bytes) of its decompressed contents."""
    count, flags, magic = _FOOTER.unpack(content[-_FOOTER.size :])
    table = len(content) - _FOOTER.size - count * _SIZES.size
    if magic != _SEEKABLE_MAGIC or flags or table < 0:
        raise ValueError("it has no table of frames")
    start = offset = 0
    for compressed, size in _SIZES.iter_unpack(content[table : -_FOOTER.size]):
        if start + compressed > table:
            raise ValueError("its table does not fit its frames")
        yield start, compressed, offset, size
        start, offset = start + compressed, offset + size


def _decompress_frame(view: memoryview, fd: int, start: int, compressed: int, offset: int, size: int) -> None:
    with view[start : start + compressed] as frame:
        # A decompressor serves one thread at a time, and a new one is cheap compared with a frame.
        content = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size)
    if len(content) != size:
        raise ValueError("a frame does not have the size in the table")
    rest = memoryview(content)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest, offset = rest[written:], offset + written
