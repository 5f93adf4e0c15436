"""Reproducible compression: zip files and zstd frames whose bytes depend only on their contents.

Another version of the compression library (zlib.ZLIB_RUNTIME_VERSION, zstandard.ZSTD_VERSION) may give other bytes.
"""

import struct
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import zstandard

_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644  # readable is enough: Lambda executes no file of an artifact, and the loader only reads shared objects
_UNIX = 3
_ZIP_LEVEL = 9
_COMPRESSED = ".zst"  # deflating a compressed file takes long and saves nothing

ZSTD_LEVEL = 12
FRAME_BYTES = 4 * 1024 * 1024
_THREADS = 2
_SKIPPABLE, _SEEKABLE = 0x184D2A5E, 0x8F92EAB1
_FOOTER_BYTES = 9


@dataclass(frozen=True)
class Archive:
    """The bytes of a zip, and the total size of its files in bytes."""

    data: bytes
    unzipped_bytes: int


def create_zip(files: Mapping[str, bytes | bytearray]) -> Archive:
    """Zip files; the bytes do not depend on the clock, the umask or the order of `files`.

    Args:
        files: Contents by path, with slashes. Files named *.zst are stored, all others deflated.
    """
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path in sorted(files):
            entry = ZipInfo(path, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            method = ZIP_STORED if path.endswith(_COMPRESSED) else ZIP_DEFLATED
            archive.writestr(entry, files[path], method, _ZIP_LEVEL)
    return Archive(buffer.getvalue(), sum(map(len, files.values())))


def compress_frames(data: bytes | bytearray) -> bytes:
    """Compress data as independent zstd frames, so that several threads can decompress it at once.

    The format is the Zstandard Seekable Format 0.1.0 (contrib/seekable_format of facebook/zstd): frames, then a table
    of their sizes in a frame that decompressors skip. `zstd -d` can read it.

    Returns:
        Frames of FRAME_BYTES of `data` each, with content size and checksum, and the table.
    """
    with ThreadPoolExecutor(_THREADS) as threads:
        frames = list(threads.map(_compress, _split(data)))
    sizes = b"".join(
        struct.pack("<II", len(frame), len(piece)) for frame, piece in zip(frames, _split(data), strict=True)
    )
    header = struct.pack("<II", _SKIPPABLE, len(sizes) + _FOOTER_BYTES)
    return b"".join([*frames, header, sizes, struct.pack("<IBI", len(frames), 0, _SEEKABLE)])


def _split(data: bytes | bytearray) -> Iterator[memoryview]:
    view = memoryview(data)
    return (view[start : start + FRAME_BYTES] for start in range(0, len(view), FRAME_BYTES))


def _compress(piece: memoryview) -> bytes:
    # A compressor must not be shared between threads; a new one costs nothing compared with a frame.
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True, write_content_size=True).compress(piece)
