"""A stripped library works and is small, and a library that Lambda cannot load is refused by the build."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from build.errors import PackageError
from build.package.layers import compress_libraries, select_files
from build.package.recipe import Recipe
from build.package.shared_libraries import check_requirements, find_requirements, strip_library
from build.package.target import Target

# An extension module that is published with all of its debug information.
MODULE = next(Path(zstandard.__file__).parent.glob("backend_c.*"))
AWS = Target("3.13", "arm64")


@pytest.fixture
def stripped(tmp_path: Path) -> Path:
    file = tmp_path / MODULE.name
    file.write_bytes(strip_library(MODULE))
    return file


def test_stripped_library_loads_and_works(stripped: Path) -> None:
    program = f"import sys; sys.path[:0] = [{str(stripped.parent)!r}]; import backend_c as z; "
    program += "print(z.ZstdDecompressor().decompress(z.ZstdCompressor().compress(b'works')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("b'works'\n", "")


def test_stripped_library_is_as_small_as_with_strip(stripped: Path, tmp_path: Path) -> None:
    assert stripped.stat().st_size < MODULE.stat().st_size / 5
    if shutil.which("strip"):
        subprocess.run(["strip", "-o", tmp_path / "reference", MODULE], check=True)
        assert stripped.stat().st_size <= (tmp_path / "reference").stat().st_size


def test_stripped_library_differs_only_in_section_headers(stripped: Path) -> None:
    before, after = MODULE.read_bytes(), stripped.read_bytes()
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
def test_invalid_library_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(content)
    with pytest.raises(PackageError, match=r"^a\.so .*remove it from \[pack\]"):
        strip_library(tmp_path / "a.so")


def shared_object(*versions: str) -> bytes:
    """Return the part of a shared object that lists the versions it requires, among other bytes."""
    return b"\x7fELF\x02\0libc.so.6\0" + b"\0".join(version.encode() for version in versions) + b"\0GLIBC_PRIVATE\0\xff"


def test_requirements_compare_versions_as_numbers() -> None:
    files = {"a.so": shared_object("GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.9"), "b.so.6": shared_object("GLIBCXX_3.4.30")}
    assert find_requirements(files) == {"GLIBC": ((2, 34), "a.so"), "GLIBCXX": ((3, 4, 30), "b.so.6")}


def test_requirements_that_lambda_meets_pass() -> None:
    check_requirements({"a.so": shared_object("GLIBC_2.34", "GLIBCXX_3.4.33"), "notes.txt": b"\0GLIBC_2.99\0"}, AWS)


@pytest.mark.parametrize(
    ("required", "available"), [("GLIBC_2.35", "GLIBC_2.34"), ("GLIBCXX_3.4.34", "GLIBCXX_3.4.33")]
)
def test_requirements_newer_than_lambda_are_refused(required: str, available: str) -> None:
    with pytest.raises(PackageError, match=f"x/a.so requires {required} and Lambda has {available}"):
        check_requirements({"x/a.so": shared_object(required)}, AWS)


def test_requirements_of_a_local_target_are_not_checked() -> None:
    check_requirements({"a.so": shared_object("GLIBC_2.99")}, Target("3.11", "x86_64"))


def test_requirements_are_found_in_a_stripped_library(tmp_path: Path) -> None:
    """The requirements of a real library are still there after stripping, before it is compressed."""
    (tmp_path / "a.so").write_bytes(MODULE.read_bytes())
    recipe = Recipe("a", None, {}, {}, {}, {}, {"a.so": "libraries/a.so.zst"}, None, None, "3.14")
    files = select_files(tmp_path, recipe)
    assert len(files["a.so"]) < MODULE.stat().st_size
    assert find_requirements(files) == find_requirements({"a.so": MODULE.read_bytes()}) != {}
    assert compress_libraries(files, recipe).keys() == {"libraries/a.so.zst"}
