"""TensorFlow's libraries reach a process, each a new one here, whatever its system allows, or it hears why not."""

import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[5] / "lambdas"

LOAD = """
from inference.models.engines import tensorflow_libraries as libraries
from inference.errors import ModelError
try:
    print(len(libraries.load()), libraries.load() == libraries.load())
except ModelError as fault:
    print("fault:", fault)
import os
print(len([1 for fd in os.listdir("/proc/self/fd") if "tensorflow" in os.path.realpath(f"/proc/self/fd/{fd}")]))
"""
REFUSED = """
import os
def refuse(*_): raise PermissionError(1, "Operation not permitted")
os.memfd_create = refuse
"""
NOT_LOADABLE = """
import ctypes
real = ctypes.CDLL
def load(path):
    if path.startswith("/proc/"): raise OSError("failed to map segment from shared object")
    return real(path)
ctypes.CDLL = load
"""


def run(program: str, *path: Path, **environment: str) -> tuple[list[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {[str(LAMBDAS), *map(str, path)]!r}\n{program}{LOAD}"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
        check=True,
    )
    return done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize(
    "surroundings", ["", REFUSED, NOT_LOADABLE], ids=["memory", "no memfd", "no dlopen from memfd"]
)
def test_they_load_silently_and_leave_nothing_open(surroundings: str, packed: Path, tmp_path: Path) -> None:
    said, greetings = run(surroundings, packed.parent, TMPDIR=str(tmp_path))
    assert said == ["2 True", "0"]
    assert greetings == ""
    assert list(tmp_path.iterdir()) == []


def test_a_missing_layer_names_the_cure() -> None:
    # The layer brings zstandard, too.
    said, _ = run("sys.modules['zstandard'] = None")
    assert said[0].startswith("fault: The model's engine is tensorflow, and TensorFlow's libraries are missing")
    assert "tensorflow layer" in said[0]


def damaged(content: bytes, how: str) -> bytes:
    match how:
        case "a byte":
            return content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
        case "the end":
            return content[: len(content) // 2]
        case "the table":
            return content[:-100] + bytes(91) + content[-9:]
    return b""


@pytest.mark.parametrize("how", ["a byte", "the end", "the table", "everything"])
def test_a_damaged_library_is_named(how: str, packed: Path, tmp_path: Path) -> None:
    folder = tmp_path / packed.name
    folder.mkdir()
    name = "libtensorflow_framework.so.2.zst"
    (folder / name).write_bytes(damaged((packed / name).read_bytes(), how))
    said, _ = run("", tmp_path)
    assert said[0].startswith(f"fault: {folder / name} is damaged (")
    assert "make build" in said[0]
    assert said[1] == "0"


def test_a_disk_that_is_full_gets_a_sentence(packed: Path) -> None:
    said, _ = run(
        REFUSED + "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))", packed.parent
    )
    assert said[0].startswith("fault: TensorFlow's libraries cannot be loaded")
    assert "1,024 MB" in said[0]
