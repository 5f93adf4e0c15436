"""Loading TensorFlow's libraries in a new process, under several restrictions of the system, and when it fails."""

import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[5] / "lambdas"

LOAD = """
from inference.models.engines import tensorflow_libraries
from inference.errors import ModelError
try:
    libraries = tensorflow_libraries.load()
    print(len(libraries), libraries == tensorflow_libraries.load())
except ModelError as error:
    print("error:", error)
import os
print(len([1 for fd in os.listdir("/proc/self/fd") if "tensorflow" in os.path.realpath(f"/proc/self/fd/{fd}")]))
"""
NO_MEMFD = """
import os
def refuse(*_): raise PermissionError(1, "Operation not permitted")
os.memfd_create = refuse
"""
NO_DLOPEN_FROM_MEMFD = """
import ctypes
CDLL = ctypes.CDLL
def load(path):
    if path.startswith("/proc/"): raise OSError("failed to map segment from shared object")
    return CDLL(path)
ctypes.CDLL = load
"""


def run(program: str, *path: Path, **environment: str) -> tuple[list[str], str]:
    """Run `program`, then load the libraries; return the lines of standard output, and standard error."""
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {[str(LAMBDAS), *map(str, path)]!r}\n{program}{LOAD}"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
        check=True,
    )
    return result.stdout.splitlines(), result.stderr


@pytest.mark.parametrize(
    "restriction", ["", NO_MEMFD, NO_DLOPEN_FROM_MEMFD], ids=["memory", "no memfd", "no dlopen from memfd"]
)
def test_libraries_load_silently_and_close_files(restriction: str, packed: Path, tmp_path: Path) -> None:
    output, errors = run(restriction, packed.parent, TMPDIR=str(tmp_path))
    assert output == ["2 True", "0"]
    assert errors == ""
    assert list(tmp_path.iterdir()) == []


def test_missing_layer_is_named() -> None:
    # zstandard comes with the layer too.
    output, _ = run("sys.modules['zstandard'] = None")
    assert output[0].startswith("error: The model's engine is tensorflow, and TensorFlow's libraries are missing")
    assert "tensorflow layer" in output[0]


def damage(content: bytes, part: str) -> bytes:
    match part:
        case "a byte":
            return content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
        case "the end":
            return content[: len(content) // 2]
        case "the table":
            return content[:-100] + bytes(91) + content[-9:]
    return b""


@pytest.mark.parametrize("part", ["a byte", "the end", "the table", "everything"])
def test_damaged_library_is_named(part: str, packed: Path, tmp_path: Path) -> None:
    folder = tmp_path / packed.name
    folder.mkdir()
    name = "libtensorflow_framework.so.2.zst"
    (folder / name).write_bytes(damage((packed / name).read_bytes(), part))
    output, _ = run("", tmp_path)
    assert output[0].startswith(f"error: {folder / name} is damaged (")
    assert "make build" in output[0]
    assert output[1] == "0"


def test_full_disk_is_reported(packed: Path) -> None:
    output, _ = run(
        NO_MEMFD + "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))", packed.parent
    )
    assert output[0].startswith("error: TensorFlow's libraries cannot be loaded")
    assert "1,024 MB" in output[0]
