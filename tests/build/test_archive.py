"""A zip is a function of names and contents alone."""

import os
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from build.package.archive import archive

FILES = {"b/two.py": b"2", "a.py": b"1" * 1000, "b/__init__.py": b"", "\u00fcber.txt": b"\xff"}


def test_contents_come_out_as_they_went_in() -> None:
    packed = archive(FILES)
    with ZipFile(BytesIO(packed.data)) as file:
        assert {name: file.read(name) for name in file.namelist()} == FILES
    assert packed.unzipped_bytes == 1002


def test_what_is_compressed_is_stored() -> None:
    packed = archive({"a.zst": bytes(1000), "b.so": bytes(1000)})
    with ZipFile(BytesIO(packed.data)) as file:
        assert {entry.filename: entry.compress_type for entry in file.infolist()} == {
            "a.zst": ZIP_STORED,
            "b.so": ZIP_DEFLATED,
        }


def test_order_clock_and_umask_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    before = archive(FILES).data
    monkeypatch.setattr(time, "time", lambda: 4e9)
    umask = os.umask(0o077)
    try:
        assert archive(dict(reversed(FILES.items()))).data == before
    finally:
        os.umask(umask)


def test_entries_are_sorted_files_of_1980_that_everyone_may_read() -> None:
    with ZipFile(BytesIO(archive(FILES).data)) as file:
        entries = file.infolist()
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.external_attr >> 16, entry.create_system) for entry in entries} == {(0o100644, 3)}
