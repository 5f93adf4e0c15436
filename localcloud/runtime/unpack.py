"""Unpacks zips, each once, into directories that are named by their content."""

import hashlib
import io
import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from localcloud.runtime.function import Archive

_lock = threading.Lock()


def unpack_archives(archives: Sequence[Archive], store: Path) -> Path:
    """Unpack archives into one directory below `store`; files of a later archive win.

    Treat the files as read-only: each archive is unpacked once, and directories that contain it share its files.

    Raises:
        OSError: The files cannot be written, for example because the disk is full. Nothing is left behind.
        zipfile.BadZipFile: An archive is not a valid zip file. Nothing is left behind.
    """
    with _lock:
        directories = [_ensure_directory(archive.digest, store, partial(_extract, archive.content))
                       for archive in archives]  # fmt: skip
        if len(directories) == 1:
            return directories[0]
        name = " ".join(archive.digest for archive in archives)
        return _ensure_directory(name, store, lambda directory: _link_files(directories, directory))


def _ensure_directory(name: str, store: Path, fill: Callable[[Path], None]) -> Path:
    """Create the directory for a name if it does not exist, completely or not at all."""
    directory = store / hashlib.sha256(name.encode()).hexdigest()
    if directory.is_dir():
        return directory
    store.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=store))
    try:
        unfinished.chmod(0o755)
        fill(unfinished)
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return directory


def _extract(content: bytes, directory: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, directory))
            mode = (entry.external_attr >> 16) & 0o777
            if mode and not entry.is_dir():
                path.chmod(mode)


def _link_files(sources: Sequence[Path], directory: Path) -> None:
    """Create hard links in `directory` to the files of several directories; files of a later one win."""

    def link(source: str, target: str) -> str:
        Path(target).unlink(missing_ok=True)
        os.link(source, target)
        return target

    for source in sources:
        shutil.copytree(source, directory, copy_function=link, dirs_exist_ok=True)
