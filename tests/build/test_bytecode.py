"""Compiled files depend on their source and the compiler's version alone, and Python takes them as they are."""

import hashlib
import json
import marshal
import os
import subprocess
import sys
from pathlib import Path
from types import CodeType
from zipfile import ZipFile

import pytest

from build.package import compiler
from build.package.bytecode import compiled
from build.package.compile import pyc
from build.package.compiler import Compiler
from build.package.error import PackageError
from tests.support.build.small_project import CLEAN, ROOT, RUNTIME, Copy

HERE = Compiler(sys.executable, "cpython")
PYC = f"a/__pycache__/b.{sys.implementation.cache_tag}.pyc"
# Sets that are constants, attributes in a set's order, names that the compiling process knows or does not know.
SOURCE = """
class Ordered:
    def fill(self, path, sources):
        self.alpha = self.beta = self.gamma = self.delta = self.never_seen_before = {"json", "numpy", "é", b"x", 1.5}
        return path in {"marshal", "encode", "never seen", ("latin-1", "sources")} or sources[1:"stop"]
"""


def test_neither_the_process_nor_what_it_compiled_before_is_in_the_bytes(tmp_path: Path) -> None:
    program = "import json, sys; from build.package.bytecode import compiled; "
    program += "from tests.build.test_bytecode import HERE, SOURCE, hashes; "
    program += "print(json.dumps(hashes(compiled({'a/b.py': SOURCE.encode()}, HERE))))"
    seen = []
    for seed, zone, language in (("1", "UTC", "C"), ("4242", "Asia/Kathmandu", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(ROOT)}
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-c", program]
        said = subprocess.run(command, env=environment, cwd=folder, umask=int(seed) % 64, capture_output=True)
        seen.append(json.loads(said.stdout))
    after_others = compiled({"a/a.py": SOURCE.replace("alpha", "omega").encode(), "a/b.py": SOURCE.encode()}, HERE)
    assert seen[0] == seen[1] == {PYC: hashes(after_others)[PYC]}


def test_what_other_modules_know_too_leaves_no_trace() -> None:
    name = f"known_{os.getpid()}"
    source = f"value = {name!r}\n\ndef {name}_one(): return {{{name}_two}}\n".encode()
    before = pyc("a/b.py", source)
    known = [sys.intern(text) for text in (name, f"{name}_one", f"{name}_two")]
    assert pyc("a/b.py", source) == before
    assert len(known) == 3


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def test_python_takes_them_whatever_the_source_has_become(tmp_path: Path) -> None:
    for path, data in compiled({"a/b.py": b"VALUE = 1\n"}, HERE).items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "a" / "b.py").write_text("VALUE = 2\n")
    done = subprocess.run(
        [*CLEAN, "-c", f"import sys; sys.path.append({str(tmp_path)!r}); import a.b; print(a.b.VALUE)"],
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_tracebacks_name_the_file_where_lambda_has_it() -> None:
    code = marshal.loads(compiled({"a/b.py": b"def f(): ...\n"}, HERE)[PYC][16:])
    assert isinstance(code, CodeType)
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    assert {part.co_filename for part in (code, *inner)} == {"/opt/python/a/b.py"}


def test_only_what_is_python_is_compiled() -> None:
    files = {
        "a/b.py": b"\xef\xbb\xbfx = 1\n",
        "old.py": b"print 'x'\n",
        "null.py": b"\0",
        "a/py.typed": b"",
        "b.pyi": b"",
    }
    assert compiled(files, HERE).keys() == {PYC}


def test_compiler_that_fails_is_named() -> None:
    with pytest.raises(PackageError, match=r"/bin/false could not compile a layer: it ended with 1\. Mend it, or take"):
        compiled({"a/b.py": b""}, Compiler("/bin/false", "cpython"))


@pytest.mark.parametrize("layer", ["litert", "powertools"])
def test_every_python_file_of_a_layer_is_compiled(two_builds: tuple[Copy, Copy], layer: str) -> None:
    with ZipFile(two_builds[0].out / f"{layer}.zip") as file:
        names = set(file.namelist())
    sources = [Path(name) for name in names if name.endswith(".py")]
    tag = sys.implementation.cache_tag
    assert sources
    assert {str(path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc") for path in sources} == {
        name for name in names if name.endswith(".pyc")
    }


def test_importing_the_layers_compiles_nothing(opt: Path, tmp_path: Path) -> None:
    """The sources are as new as this run, and no file may be written."""
    program = f"""
import sys
layers = {[str(opt / layer / "python") for layer in ("litert", "powertools")]!r}
sys.path += [*layers, {str(RUNTIME)!r}]
seen = []
sys.addaudithook(lambda event, details: seen.append(str(details[1])) if event == "compile" else None)
import numpy, simplejpeg, PIL.Image, ai_edge_litert.interpreter, aws_lambda_powertools.shared.types
files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
print(len([file for file in files if file.startswith(tuple(layers))]) > 100)
print([name for name in seen if name.startswith(tuple(layers))])
sys.path.append({str(tmp_path)!r})
import witness
print(seen[-1])
"""
    (tmp_path / "witness.py").touch()
    done = subprocess.run([*CLEAN, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"True\n[]\n{tmp_path / 'witness.py'}\n", "")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, on a machine where uv has brought no Python."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "none"))
    return tmp_path


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cpython 3.99.7", Compiler("/real/python", "cpython 3.99.7")),
        ("cpython 3.99.0rc1", None),
        ("cpythont 3.99.7", None),
        ("pypy 3.99.7", None),
        ("cpython 3.9.9", None),
    ],
)
def test_compiler_is_a_released_cpython_of_the_version(path: Path, said: str, found: Compiler | None) -> None:
    program(path / "python3.99", f"echo /real/python; echo {said}")
    assert compiler.find("3.99") == found


def test_python_that_does_not_start_is_none(path: Path) -> None:
    assert compiler.find("3.99") is None
    program(path / "python3.99", "echo 'python3.99: command not found'; exit 127")
    assert compiler.find("3.99") is None
    (path / "python3.99").write_bytes(b"\x7fELF of another processor")
    assert compiler.find("3.99") is None


def test_running_python_comes_first(path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    program(path / f"python{version}", f"echo /real/python; echo cpython {version}.99")
    assert compiler.find(version) == Compiler(sys.executable, f"cpython {sys.version.split()[0]}")


def program(path: Path, text: str) -> None:
    """An executable of a shell's words."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
