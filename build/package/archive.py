"""A zip whose bytes depend on nothing but names and contents."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644  # nothing in an artifact is executed by itself, and shared objects need no more to be loaded
_UNIX = 3
_LEVEL = 9
_COMPRESSED = ".zst"  # deflating such a file again would take long and save nothing


@dataclass(frozen=True)
class Archive:
    """A zip's bytes, and the size in bytes of what is in it."""

    data: bytes
    unzipped_bytes: int


def archive(files: Mapping[str, bytes | bytearray]) -> Archive:
    """Zip `files`, whose keys are paths with slashes.

    Equal files give equal bytes, whatever the machine's clock, umask or order; but another build of zlib
    (zlib.ZLIB_RUNTIME_VERSION) may pack the same contents differently.
    """
    buffer = BytesIO()
    with ZipFile(buffer, "w") as packed:
        for path in sorted(files):
            entry = ZipInfo(path, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            packed.writestr(entry, files[path], ZIP_STORED if path.endswith(_COMPRESSED) else ZIP_DEFLATED, _LEVEL)
    return Archive(buffer.getvalue(), sum(map(len, files.values())))
