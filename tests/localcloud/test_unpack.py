"""Zips are unpacked once each, wholly or not at all."""

import errno
import os
import zipfile
from pathlib import Path

import pytest

from localcloud.runtime import sandbox
from localcloud.runtime.function import Archive, Event, Function
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.pool import Pool
from localcloud.runtime.process import version_of
from localcloud.runtime.unpack import unpack
from localcloud.settings import find_python
from tests.support.localcloud.aws import archive


def packed(name: str, **files: str) -> Archive:
    return Archive(name, archive(files))


def test_equal_archives_share_a_directory(tmp_path: Path) -> None:
    one, two = packed("one", a="1", both="1"), packed("two", both="2")
    place = unpack([one, two], tmp_path)
    assert unpack([one, two], tmp_path) == place
    assert unpack([two, one], tmp_path) != place
    assert [(place / name).read_text() for name in ("a", "both")] == ["1", "2"]


def test_a_layer_that_several_functions_have_is_on_the_disk_once(tmp_path: Path) -> None:
    large, one, two = packed("large", a="1"), packed("one", b="1"), packed("two", b="2")
    places = [unpack([large, one], tmp_path), unpack([large, two], tmp_path)]
    assert places[0] != places[1]
    assert (places[0] / "a").samefile(places[1] / "a")
    assert [(place / "b").read_text() for place in places] == ["1", "2"]


def test_what_cannot_be_unpacked_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile):
        unpack([Archive("bad", b"no zip"), packed("one", a="1")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_refuses_the_event_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sandbox, "unpack", full)
    python = find_python("runtime")
    pool = Pool(sandbox.Host(tmp_path, python, (), MemoryWatch()))
    function = Function(
        "name", "1", "1", "m.h", version_of(python), packed("empty"), (), {}, 3, 128, "eu-west-1", "group"
    )
    outcome = pool.invoke(function, Event("id", b"{}", "arn"))
    pool.stop()
    assert outcome.failed
    assert f"could be made in {tmp_path}: No space left on device" in outcome.payload.decode()
