"""Shared libraries without what only linkers and debuggers read, cut with no tool but this.

The loader maps an ELF file's loadable segments and never looks at its section headers, so all that lies behind the last
segment (symbol and string tables, debug information, the headers themselves) can go: about what `strip` takes off. See
the System V ABI, chapter 4 (object files) and 5 (program loading).
"""

import struct
from pathlib import Path

from build.package.error import PackageError

_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, least byte first: both of Lambda's processors
_HEADER_BYTES = 64
_LOADABLE = 1


def cut(file: Path) -> bytearray:
    """The bytes of `file` up to the end of its last loadable segment, its header naming no sections.

    Raises PackageError for anything but a 64-bit little-endian ELF file whose segments lie within it.
    """
    with file.open("rb") as source:
        header = source.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            raise _unfit(file, "is no ELF file of 64 bits")
        (table,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        source.seek(table)
        segments = source.read(size * count)
        if size < 56 or len(segments) < size * count:
            raise _unfit(file, "has no whole program header")
        ends = [end for start in range(0, len(segments), size) for end in _end(segments[start : start + size])]
        source.seek(0)
        kept = bytearray(source.read(max(ends, default=0)))
    if not ends or len(kept) < max(ends) or table + len(segments) > len(kept):
        raise _unfit(file, "has no loadable segment, or is shorter than its segments say")
    struct.pack_into("<Q", kept, 40, 0)  # where the section headers begin
    struct.pack_into("<HH", kept, 60, 0, 0)  # how many there are, and which of them has their names
    return kept


def _end(segment: bytes) -> list[int]:
    kind, _, offset, _, _, bytes_in_file = struct.unpack_from("<IIQQQQ", segment)
    return [offset + bytes_in_file] if kind == _LOADABLE else []


def _unfit(file: Path, why: str) -> PackageError:
    return PackageError(f"{file.name} {why}: take it out of [pack] in its layer's recipe (build/layers/*.toml).")
