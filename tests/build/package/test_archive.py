"""Zips and zstd frames depend on their contents alone, and standard tools can read them."""

import os
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
import pytest
import zstandard

from build.package.archive import FRAME_BYTES, compress_frames, create_zip
from inference.models.engines import zstd_frames
from tests.support.build.projects import ROOT

FILES = {"b/two.py": b"2", "a.py": b"1" * 1000, "b/__init__.py": b"", "\u00fcber.txt": b"\xff"}
DATA = np.random.default_rng(1).integers(0, 4, 2 * FRAME_BYTES + 5, np.uint8).tobytes()


def test_zip_contains_the_files() -> None:
    archive = create_zip(FILES)
    with ZipFile(BytesIO(archive.data)) as file:
        assert {name: file.read(name) for name in file.namelist()} == FILES
    assert archive.unzipped_bytes == 1002


def test_zip_stores_compressed_files() -> None:
    archive = create_zip({"a.zst": bytes(1000), "b.so": bytes(1000)})
    with ZipFile(BytesIO(archive.data)) as file:
        assert {entry.filename: entry.compress_type for entry in file.infolist()} == {
            "a.zst": ZIP_STORED,
            "b.so": ZIP_DEFLATED,
        }


def test_zip_bytes_ignore_order_clock_and_umask(monkeypatch: pytest.MonkeyPatch) -> None:
    before = create_zip(FILES).data
    monkeypatch.setattr(time, "time", lambda: 4e9)
    umask = os.umask(0o077)
    try:
        assert create_zip(dict(reversed(FILES.items()))).data == before
    finally:
        os.umask(umask)


def test_zip_entries_are_sorted_readable_and_dated_1980() -> None:
    with ZipFile(BytesIO(create_zip(FILES).data)) as file:
        entries = file.infolist()
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.external_attr >> 16, entry.create_system) for entry in entries} == {(0o100644, 3)}


@pytest.mark.parametrize("data", [b"", b"a", DATA[:FRAME_BYTES], DATA], ids=len)
def test_frames_decompress_with_a_standard_decompressor(data: bytes) -> None:
    reader = zstandard.ZstdDecompressor().stream_reader(compress_frames(data), read_across_frames=True)
    assert reader.read() == data


@pytest.mark.parametrize("data", [b"a", DATA[:FRAME_BYTES], DATA], ids=len)
@pytest.mark.parametrize("threads", [1, 3])
def test_frames_decompress_in_the_functions(data: bytes, threads: int, tmp_path: Path) -> None:
    (tmp_path / "packed.zst").write_bytes(compress_frames(data))
    fd = os.open(tmp_path / "unpacked", os.O_RDWR | os.O_CREAT)
    zstd_frames.decompress(tmp_path / "packed.zst", fd, threads)
    os.close(fd)
    assert (tmp_path / "unpacked").read_bytes() == data


def test_frames_bytes_ignore_threads() -> None:
    program = "import os, sys, hashlib; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    program += "from build.package import archive; archive._THREADS = 1; "
    program += "print(hashlib.sha256(archive.compress_frames(sys.stdin.buffer.read())).hexdigest())"
    hashes = [
        subprocess.run([sys.executable, "-c", program], input=DATA, capture_output=True, cwd=ROOT, check=True).stdout
        for program in (program, program.replace("_THREADS = 1", "_THREADS = 5"))
    ]
    assert hashes[0] == hashes[1]
