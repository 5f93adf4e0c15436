"""A shared library that was cut loads and works as before, and is about as small as `strip` makes it."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from build.package import elf
from build.package.error import PackageError

# An extension module that its makers ship with all of its debug information.
MODULE = next(Path(zstandard.__file__).parent.glob("backend_c.*"))


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    file = tmp_path / MODULE.name
    file.write_bytes(elf.cut(MODULE))
    return file


def test_a_cut_library_loads_and_works(cut: Path) -> None:
    program = f"import sys; sys.path[:0] = [{str(cut.parent)!r}]; import backend_c as z; "
    program += "print(z.ZstdDecompressor().decompress(z.ZstdCompressor().compress(b'works')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("b'works'\n", "")


def test_a_cut_library_is_as_small_as_a_stripped_one(cut: Path, tmp_path: Path) -> None:
    assert cut.stat().st_size < MODULE.stat().st_size / 5
    if shutil.which("strip"):
        subprocess.run(["strip", "-o", tmp_path / "stripped", MODULE], check=True)
        assert cut.stat().st_size <= (tmp_path / "stripped").stat().st_size


def test_the_header_names_no_sections_and_nothing_else_changes(cut: Path) -> None:
    before, after = MODULE.read_bytes(), cut.read_bytes()
    assert struct.unpack_from("<Q", after, 40) == (0,)
    assert struct.unpack_from("<HH", after, 60) == (0, 0)
    assert after[:40] == before[:40]
    assert after[48:60] == before[48:60]
    assert after[64:] == before[64 : len(after)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\3\4" + bytes(100),
        b"\x7fELF\x01\x01" + bytes(100),
        b"\x7fELF\x02\x01" + bytes(100),
        MODULE.read_bytes()[:40],
        MODULE.read_bytes()[:100],
        MODULE.read_bytes()[:100_000],
    ],
    ids=["empty", "zip", "32 bits", "no segments", "header cut", "table cut", "segments cut"],
)
def test_what_cannot_be_cut_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(content)
    with pytest.raises(PackageError, match=r"^a\.so .*take it out of \[pack\]"):
        elf.cut(tmp_path / "a.so")
