"""Unpacks zips once each into directories named by their content."""

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

_one_at_a_time = threading.Lock()


def unpack(archives: Sequence[Archive], store: Path) -> Path:
    """Directory below `store` with the zips unpacked over one another; a later one wins.

    Each zip is unpacked once, and its files are shared by all directories that hold them, so nothing may be written
    there. A failure (OSError for a full disk, BadZipFile) leaves nothing unfinished.
    """
    with _one_at_a_time:
        places = [_directory(archive.digest, store, partial(_extract, archive.content)) for archive in archives]
        if len(places) == 1:
            return places[0]
        name = " ".join(archive.digest for archive in archives)
        return _directory(name, store, lambda directory: _share(places, directory))


def _directory(name: str, store: Path, fill: Callable[[Path], None]) -> Path:
    """The directory of a name, which is there wholly or not at all."""
    place = store / hashlib.sha256(name.encode()).hexdigest()
    if place.is_dir():
        return place
    store.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=store))
    try:
        unfinished.chmod(0o755)
        fill(unfinished)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return place


def _extract(archive: bytes, directory: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, directory))
            mode = (entry.external_attr >> 16) & 0o777
            if mode and not entry.is_dir():
                path.chmod(mode)


def _share(places: Sequence[Path], directory: Path) -> None:
    """Hard links to the files of some directories, in one; a later one wins."""

    def link(source: str, target: str) -> str:
        Path(target).unlink(missing_ok=True)
        os.link(source, target)
        return target

    for place in places:
        shutil.copytree(place, directory, copy_function=link, dirs_exist_ok=True)
