"""Unpacks zips once each into directories named by their content."""

import hashlib
import io
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

_one_at_a_time = threading.Lock()


def unpack(archives: Sequence[bytes], store: Path) -> Path:
    """Directory below `store` with the zips unpacked over one another; a later one wins.

    Equal archives share a directory. A failure (OSError for a full disk, BadZipFile) leaves nothing behind.
    """
    digests = b"".join(hashlib.sha256(archive).digest() for archive in archives)
    place = store / hashlib.sha256(digests).hexdigest()
    with _one_at_a_time:
        if place.is_dir():
            return place
        store.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=store))
        try:
            partial.chmod(0o755)
            for archive in archives:
                _extract(archive, partial)
            partial.rename(place)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return place


def _extract(archive: bytes, directory: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, directory))
            mode = (entry.external_attr >> 16) & 0o777
            if mode and not entry.is_dir():
                path.chmod(mode)
