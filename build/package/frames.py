"""A file as zstd frames that many threads can decompress at once.

The format is the Zstandard Seekable Format, version 0.1.0 (contrib/seekable_format of facebook/zstd): independent
frames one after another, then a table of their sizes in a frame that decompressors skip: `zstd -d` reads it too.
"""

import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import zstandard

LEVEL = 12
FRAME_BYTES = 4 * 1024 * 1024
_THREADS = 2  # at work; they leave no trace in the bytes
_SKIPPABLE, _SEEKABLE = 0x184D2A5E, 0x8F92EAB1
_FOOTER_BYTES = 9


def pack(data: bytes | bytearray) -> bytes:
    """`data` in frames of FRAME_BYTES, each with its size and a checksum.

    Equal data gives equal bytes on every machine; but another version of zstd (zstandard.ZSTD_VERSION) may give others.
    """
    with ThreadPoolExecutor(_THREADS) as threads:
        frames = list(threads.map(_compress, _pieces(data)))
    sizes = b"".join(
        struct.pack("<II", len(frame), len(piece)) for frame, piece in zip(frames, _pieces(data), strict=True)
    )
    head = struct.pack("<II", _SKIPPABLE, len(sizes) + _FOOTER_BYTES)
    return b"".join([*frames, head, sizes, struct.pack("<IBI", len(frames), 0, _SEEKABLE)])


def _pieces(data: bytes | bytearray) -> Iterator[memoryview]:
    view = memoryview(data)
    return (view[start : start + FRAME_BYTES] for start in range(0, len(view), FRAME_BYTES))


def _compress(piece: memoryview) -> bytes:
    # A compressor serves one thread at a time, and a new one costs nothing beside a frame.
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True).compress(piece)
