"""Shared libraries of a layer: strip them, and check that Lambda's system libraries can load them."""

import re
import struct
from collections.abc import Mapping
from pathlib import Path

from build.errors import PackageError
from build.package.target import Target

# Amazon Linux 2023: glibc 2.34, and libstdc++ of GCC 14 since its releases of April 2025 (GLIBCXX_3.4.29 before).
AVAILABLE = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 33)}
_REQUIREMENT = re.compile(rb"\0(GLIBC|GLIBCXX)_(\d+(?:\.\d+)+)(?=\0)")

_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian: both of Lambda's architectures
_HEADER_BYTES = 64
_LOADABLE = 1  # PT_LOAD


def strip_library(file: Path) -> bytearray:
    """Return a shared library without its symbol tables and debug information, like `strip`.

    The loader maps the loadable segments of an ELF file and never reads its section headers, so everything after the
    last loadable segment can be removed. Source: System V ABI, chapters 4 (object files) and 5 (program loading).

    Returns:
        The bytes up to the end of the last loadable segment, with a header that refers to no sections.

    Raises:
        PackageError: The file is not a complete 64-bit little-endian ELF file with a loadable segment.
    """
    with file.open("rb") as source:
        header = source.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            raise _invalid(file, "is not a 64-bit ELF file")
        (table,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        source.seek(table)
        segments = source.read(size * count)
        if size < 56 or len(segments) < size * count:
            raise _invalid(file, "has an incomplete program header table")
        ends = [end for start in range(0, len(segments), size) for end in _loadable_end(segments[start : start + size])]
        source.seek(0)
        stripped = bytearray(source.read(max(ends, default=0)))
    if not ends or len(stripped) < max(ends) or table + len(segments) > len(stripped):
        raise _invalid(file, "has no loadable segment, or is shorter than its segments")
    struct.pack_into("<Q", stripped, 40, 0)  # e_shoff
    struct.pack_into("<HH", stripped, 60, 0, 0)  # e_shnum and e_shstrndx
    return stripped


def find_requirements(files: Mapping[str, bytes | bytearray]) -> dict[str, tuple[tuple[int, ...], str]]:
    """Find the newest version of each system library that any of the shared objects requires.

    Args:
        files: Contents by path; only paths that contain ".so" are searched.

    Returns:
        By library (GLIBC, GLIBCXX): the version, and the first path that requires it.
    """
    newest: dict[str, tuple[tuple[int, ...], str]] = {}
    for path in sorted(path for path in files if ".so" in path):
        for library, version in _REQUIREMENT.findall(files[path]):
            required = tuple(map(int, version.split(b".")))
            if required > newest.get(library.decode(), ((), ""))[0]:
                newest[library.decode()] = (required, path)
    return newest


def check_requirements(files: Mapping[str, bytes | bytearray], target: Target) -> None:
    """Check that Lambda can load a layer's shared objects: a wheel's platform tag is not always right.

    Targets that do not run on AWS are not checked.

    Raises:
        PackageError: A file requires a newer system library than Lambda has.
    """
    if not target.runs_on_aws:
        return
    for library, (required, path) in find_requirements(files).items():
        if required > AVAILABLE[library]:
            raise PackageError(
                f"{path} requires {_format(library, required)} and Lambda has {_format(library, AVAILABLE[library])}: "
                "pin an older version of its distribution in build/layers/*.in and lock again."
            )


def _loadable_end(segment: bytes) -> list[int]:
    """Return the end of a segment in the file; nothing if the loader skips the segment."""
    kind, _, offset, _, _, bytes_in_file = struct.unpack_from("<IIQQQQ", segment)
    return [offset + bytes_in_file] if kind == _LOADABLE else []


def _invalid(file: Path, reason: str) -> PackageError:
    return PackageError(f"{file.name} {reason}: remove it from [pack] in its layer's recipe (build/layers/*.toml).")


def _format(library: str, version: tuple[int, ...]) -> str:
    return f"{library}_{'.'.join(map(str, version))}"
