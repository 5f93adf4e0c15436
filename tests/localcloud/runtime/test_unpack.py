"""Unpacking zips: each once, completely or not at all."""

import errno
import os
import zipfile
from pathlib import Path

import pytest

from localcloud.runtime import sandbox
from localcloud.runtime.function import Archive, Event, Function
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.pool import Pool
from localcloud.runtime.process import get_runtime_name
from localcloud.runtime.unpack import unpack_archives
from localcloud.settings import find_python
from tests.support.localcloud.aws import zip_files


def create_archive(name: str, **files: str) -> Archive:
    return Archive(name, zip_files(files))


def test_unpack_equal_archives_share_a_directory(tmp_path: Path) -> None:
    one, two = create_archive("one", a="1", both="1"), create_archive("two", both="2")
    directory = unpack_archives([one, two], tmp_path)
    assert unpack_archives([one, two], tmp_path) == directory
    assert unpack_archives([two, one], tmp_path) != directory
    assert [(directory / name).read_text() for name in ("a", "both")] == ["1", "2"]


def test_unpack_layer_of_several_functions_stores_it_once(tmp_path: Path) -> None:
    large, one, two = create_archive("large", a="1"), create_archive("one", b="1"), create_archive("two", b="2")
    first, second = unpack_archives([large, one], tmp_path), unpack_archives([large, two], tmp_path)
    assert first != second
    assert (first / "a").samefile(second / "a")
    assert (first / "b").read_text() == "1"
    assert (second / "b").read_text() == "2"


def test_unpack_invalid_zip_leaves_no_files(tmp_path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile):
        unpack_archives([Archive("bad", b"no zip"), create_archive("one", a="1")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_invoke_full_disk_returns_error_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sandbox, "unpack_archives", fail)
    python = find_python("runtime")
    pool = Pool(sandbox.Host(tmp_path, python, (), MemoryWatch()))
    code = create_archive("empty")
    function = Function("name", "1", "1", "m.h", get_runtime_name(python), code, (), {}, 3, 128, "eu-west-1", "group")
    result = pool.invoke(function, Event("id", b"{}", "arn"))
    pool.stop()
    assert result.failed
    assert f"Cannot create a sandbox for name in {tmp_path}: No space left on device" in result.payload.decode()
