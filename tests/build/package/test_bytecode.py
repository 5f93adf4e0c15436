"""Bytecode depends on the source and the compiler's version alone, and Python loads it without recompiling."""

import hashlib
import json
import marshal
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from types import CodeType
from zipfile import ZipFile

import pytest

from build.errors import PackageError
from build.package.bytecode import Compiler, compile_files, find_compiler
from build.package.compile_sources import compile_source
from tests.support.build.projects import ISOLATED, ROOT, RUNTIME, ProjectCopy

HERE = Compiler(sys.executable, "cpython")
PYC = f"a/__pycache__/b.{sys.implementation.cache_tag}.pyc"
# Constant sets, attributes in the order of a set, names that the compiling process may or may not have interned, and
# constants that occur twice.
SOURCE = """
class Ordered:
    def fill(self, path, sources):
        self.alpha = self.beta = self.gamma = self.delta = self.never_seen_before = {"json", "numpy", "é", b"x", 1.5}
        return path in {"marshal", "encode", "never seen", ("latin-1", "sources")} or sources[1:"stop"]

    def repeat(self):
        return (1000, 1000.5, "two words", ("a", "b")), (1000, 1000.5, "two words", ("a", "b"))
"""


def hash_files(files: dict[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def test_bytes_ignore_the_process_and_other_files(tmp_path: Path) -> None:
    program = "import json, sys; from build.package.bytecode import compile_files; "
    program += "from tests.build.package.test_bytecode import HERE, SOURCE, hash_files; "
    program += "print(json.dumps(hash_files(compile_files({'a/b.py': SOURCE.encode()}, HERE))))"
    seen = []
    for seed, zone, language in (("1", "UTC", "C"), ("4242", "Asia/Kathmandu", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(ROOT)}
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, cwd=folder, umask=int(seed) % 64, capture_output=True)
        seen.append(json.loads(done.stdout))
    after_others = compile_files({"a/a.py": SOURCE.replace("alpha", "omega").encode(), "a/b.py": SOURCE.encode()}, HERE)
    assert seen[0] == seen[1] == {PYC: hash_files(after_others)[PYC]}


@pytest.mark.parametrize("seed", ["0", "1", "4242", "random"])
@pytest.mark.parametrize("modules", ["json, decimal, email.message", "email.message, decimal, json"])
def test_bytes_ignore_hash_seed_folder_and_import_order(tmp_path: Path, seed: str, modules: str) -> None:
    """compile_source alone, without the hash seed that compile_files sets."""
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'build' / 'package')!r}); import {modules}, hashlib; "
    program += "from compile_sources import compile_source; "
    program += "print(hashlib.sha256(compile_source('a/b.py', sys.argv[1].encode())).hexdigest())"
    done = subprocess.run(
        [sys.executable, "-c", program, SOURCE],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = compile_source("a/b.py", SOURCE.encode())
    assert expected is not None
    assert done.stdout.strip() == hashlib.sha256(expected).hexdigest()


def test_bytes_ignore_interned_names() -> None:
    name = f"known_{os.getpid()}"
    source = f"value = {name!r}\n\ndef {name}_one(): return {{{name}_two}}\n".encode()
    before = compile_source("a/b.py", source)
    interned = [sys.intern(text) for text in (name, f"{name}_one", f"{name}_two")]
    assert compile_source("a/b.py", source) == before
    assert len(interned) == 3


def test_bytes_ignore_sharing_in_the_compiler() -> None:
    """Code that shares no constants gives the bytes of code that shares all that the compiler merges."""
    data = compile_source("a/b.py", SOURCE.encode())
    assert data is not None
    shared = compile(SOURCE, sys.intern("/opt/python/a/b.py"), "exec", dont_inherit=True, optimize=0)
    unshared = marshal.loads(marshal.dumps(shared, 0))
    assert marshal.dumps(shared) != data[16:]
    for code in (shared, unshared, marshal.loads(data[16:])):
        assert marshal.dumps(marshal.loads(marshal.dumps(code, 2))) == data[16:]


def test_bytes_ignore_the_patch_release() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folders = ["/usr/bin", *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin"))]
    programs = {program for folder in folders if (program := shutil.which(f"python{version}", path=folder))}
    print_version = "import platform; print(platform.python_version())"
    others = {
        subprocess.run([program, "-c", print_version], capture_output=True, text=True).stdout.strip(): program
        for program in programs
    }
    others.pop(platform.python_version(), None)
    if not others:
        pytest.skip(f"no other patch release of Python {version} is installed")
    expected = compile_files({"a/b.py": SOURCE.encode()}, HERE)
    for program in others.values():
        assert compile_files({"a/b.py": SOURCE.encode()}, Compiler(program, "cpython")) == expected


def test_python_loads_bytecode_of_a_changed_source(tmp_path: Path) -> None:
    for path, data in compile_files({"a/b.py": b"VALUE = 1\n"}, HERE).items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "a" / "b.py").write_text("VALUE = 2\n")
    done = subprocess.run(
        [*ISOLATED, "-c", f"import sys; sys.path.append({str(tmp_path)!r}); import a.b; print(a.b.VALUE)"],
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_bytecode_names_the_path_on_lambda() -> None:
    code = marshal.loads(compile_files({"a/b.py": b"def f(): ...\n"}, HERE)[PYC][16:])
    assert isinstance(code, CodeType)
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    assert {part.co_filename for part in (code, *inner)} == {"/opt/python/a/b.py"}


def test_only_valid_python_is_compiled() -> None:
    files = {
        "a/b.py": b"\xef\xbb\xbfx = 1\n",
        "old.py": b"print 'x'\n",
        "null.py": b"\0",
        "a/py.typed": b"",
        "b.pyi": b"",
    }
    assert compile_files(files, HERE).keys() == {PYC}


def test_failed_compiler_is_named() -> None:
    with pytest.raises(
        PackageError, match=r"/bin/false cannot compile a layer: exit code 1\. Repair this Python, or remove"
    ):
        compile_files({"a/b.py": b""}, Compiler("/bin/false", "cpython"))


@pytest.mark.parametrize("layer", ["litert", "powertools"])
def test_every_python_file_of_a_layer_is_compiled(two_builds: tuple[ProjectCopy, ProjectCopy], layer: str) -> None:
    with ZipFile(two_builds[0].out / f"{layer}.zip") as file:
        names = set(file.namelist())
    sources = [Path(name) for name in names if name.endswith(".py")]
    tag = sys.implementation.cache_tag
    assert sources
    assert {str(path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc") for path in sources} == {
        name for name in names if name.endswith(".pyc")
    }


def test_layers_import_without_compiling(opt: Path, tmp_path: Path) -> None:
    """Sources are newer than the bytecode, and no file may be written."""
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
import control
print(seen[-1])
"""
    (tmp_path / "control.py").touch()
    done = subprocess.run([*ISOLATED, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"True\n[]\n{tmp_path / 'control.py'}\n", "")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set PATH to an empty folder, on a machine where uv has installed no Python."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "none"))
    return tmp_path


@pytest.mark.parametrize(
    ("output", "compiler"),
    [
        ("cpython 3.99.7", Compiler("/real/python", "cpython 3.99.7")),
        ("cpython 3.99.0rc1", None),
        ("cpythont 3.99.7", None),
        ("pypy 3.99.7", None),
        ("cpython 3.9.9", None),
    ],
)
def test_compiler_is_a_released_cpython_of_the_version(path: Path, output: str, compiler: Compiler | None) -> None:
    write_program(path / "python3.99", f"echo /real/python; echo {output}")
    assert find_compiler("3.99") == compiler


def test_python_that_does_not_start_is_ignored(path: Path) -> None:
    assert find_compiler("3.99") is None
    write_program(path / "python3.99", "echo 'python3.99: command not found'; exit 127")
    assert find_compiler("3.99") is None
    (path / "python3.99").write_bytes(b"\x7fELF of another processor")
    assert find_compiler("3.99") is None


def test_running_python_is_preferred(path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    write_program(path / f"python{version}", f"echo /real/python; echo cpython {version}.99")
    assert find_compiler(version) == Compiler(sys.executable, f"cpython {sys.version.split()[0]}")


def write_program(path: Path, text: str) -> None:
    """Write an executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
