"""A build replaces the last one as a whole, or not at all."""

import hashlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest

from build.package.compiler import Compiler
from build.package.error import PackageError
from build.package.make import make
from build.package.target import Target
from tests.support.build.small_project import ROOT, command, run

Write = Callable[[Mapping[str, str]], Path]
HANDLER = "def handler(event, context): ...\n"
TAG = sys.implementation.cache_tag


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """One layer of one small wheel, locked as the project locks it."""
    folder = tmp_path / "layers"
    folder.mkdir()
    locked = re.search(
        r"^typing-extensions==.*?(?=^\S|\Z)", (ROOT / "build/layers/powertools.lock").read_text(), re.M | re.S
    )
    assert locked
    (folder / "small.lock").write_text(locked[0])
    (folder / "small.toml").write_text('[drop]\n"*/licenses/*" = "to see something dropped"\n')
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All that Terraform may read."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")}


def test_layer_is_laid_out_for_lambda(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    build = make(Target.here(), root, layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / str(build.target) / "small.zip") as file:
        names = file.namelist()
    assert {"python/typing_extensions.py", f"python/__pycache__/typing_extensions.{TAG}.pyc"} <= set(names)
    assert all(re.match(r"python/(__pycache__/)?typing_extensions", name) for name in names)
    assert not [name for name in names if re.search(r"licenses|RECORD|INSTALLER|REQUESTED|\.lock", name)]


def test_tampered_and_missing_zips_are_made_again(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    folder = tmp_path / "out" / str(Target.here())
    make(Target.here(), root, layers, tmp_path / "out")
    good = bytes_of(folder)
    damaged, times = bytearray(good["small.zip"]), (folder / "small.zip").stat()
    damaged[100] ^= 1
    (folder / "small.zip").write_bytes(damaged)
    os.utime(folder / "small.zip", ns=(times.st_atime_ns, times.st_mtime_ns))  # neither size nor time tells
    (folder / "one.zip").unlink()
    (folder / "manifest.json").write_text("{}")
    make(Target.here(), root, layers, tmp_path / "out")
    assert bytes_of(folder) == good


@pytest.fixture
def two_engines(layers: Path) -> Path:
    """That wheel as the layer of two engines, beside the one that has none."""
    for name in ("this", "that"):
        (layers / f"{name}.lock").write_bytes((layers / "small.lock").read_bytes())
        (layers / f"{name}.toml").write_text(f'engine = "{name}"\n[keep]\n"*.py" = "nothing else is needed"\n')
    return layers


def test_engines_that_are_not_asked_for_are_kept_if_they_fit(write: Write, two_engines: Path, tmp_path: Path) -> None:
    root, out = write({"handlers/one.py": HANDLER}), tmp_path / "out"
    assert make(Target.here(), root, two_engines, out, ["this"]).layers.keys() == {"small", "this"}
    assert make(Target.here(), root, two_engines, out).layers.keys() == {"small", "this", "that"}
    kept = make(Target.here(), root, two_engines, out, ["this"])
    assert kept.layers.keys() == {"small", "this", "that"}
    assert not [artifact for artifact in kept.artifacts() if artifact.data is not None]

    (two_engines / "that.toml").write_text('engine = "that"\n')
    assert make(Target.here(), root, two_engines, out, ["this"]).layers.keys() == {"small", "this"}
    folder = out / str(Target.here())
    assert bytes_of(folder).keys() == {"one.zip", "small.zip", "this.zip", "manifest.json"}
    assert json.loads((folder / "manifest.json").read_bytes())["layers"].keys() == {"small", "this"}


def test_an_engine_without_a_layer_or_without_wheels_is_refused(
    write: Write, two_engines: Path, tmp_path: Path
) -> None:
    root, out = write({"handlers/one.py": HANDLER}), tmp_path / "out"
    with pytest.raises(PackageError, match=r"Engine 'abacus' has no layer in .*: choose that or this"):
        make(Target.here(), root, two_engines, out, ["this", "abacus"])
    (two_engines / "that.toml").write_text('engine = "that"\nnewest_python = "3.11"\n')
    with pytest.raises(PackageError, match=r"engine 'that' has no wheels for Python 3\.12: build for Python 3\.11"):
        make(Target.here("3.12"), root, two_engines, out, ["that"])
    assert make(Target.here("3.12"), root, two_engines, out).layers.keys() == {"small", "this"}


def test_a_library_to_be_packed_that_is_no_library_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    (layers / "small.toml").write_text('[pack]\n"typing_extensions.py" = "packed.zst"\n')
    with pytest.raises(PackageError, match=r"typing_extensions\.py is no ELF file"):
        make(Target.here(), root, layers, tmp_path / "out")
    (layers / "small.toml").write_text('[pack]\n"gone.so" = "packed.zst"\n')
    with pytest.raises(PackageError, match=r"gone\.so is in no wheel of small\.lock"):
        make(Target.here(), root, layers, tmp_path / "out")


def test_changed_recipe_rebuilds_its_layer_alone(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    make(Target.here(), root, layers, tmp_path / "out")
    (layers / "small.toml").write_text("[drop]\n")
    build = make(Target.here(), root, layers, tmp_path / "out")
    assert build.layers["small"].data is not None
    assert build.functions["one"].data is None


def test_layer_is_made_again_for_another_compiler_alone(
    write: Write, layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = write({"handlers/one.py": HANDLER}), tmp_path / "out" / str(Target.here())
    seen = []
    for version in ("cpython 3.11.1", "cpython 3.11.1", "cpython 3.11.2", None, None):
        found = Compiler(sys.executable, version) if version else None
        monkeypatch.setattr("build.package.compiler.find", lambda _, found=found: found)
        layer = make(Target.here(), root, layers, tmp_path / "out").layers["small"]
        with ZipFile(folder / "small.zip") as file:
            holds = any(name.endswith(".pyc") for name in file.namelist())
        told = json.loads((folder / "manifest.json").read_bytes())["layers"]["small"]["compiled"]
        stamp = (folder / ".small.stamp").stat().st_ino
        seen.append((layer.compiled, holds, told, stamp))
    assert [facts[:3] for facts in seen] == [(True,) * 3] * 3 + [(False,) * 3] * 2
    stamps = [facts[3] for facts in seen]
    assert [one == next_ for one, next_ in pairwise(stamps)] == [True, False, False, True]


def test_recipe_may_leave_a_layer_uncompiled(write: Write, layers: Path, tmp_path: Path) -> None:
    (layers / "small.toml").write_text('uncompiled = "to see it left"\n')
    build = make(Target.here(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / str(build.target) / "small.zip") as file:
        assert not [name for name in file.namelist() if name.endswith(".pyc")]
    assert not build.layers["small"].compiled


def test_zip_of_a_function_that_is_gone_goes_too(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER, "handlers/two.py": HANDLER})
    make(Target.here(), root, layers, tmp_path / "out")
    (root / "handlers" / "two.py").unlink()
    make(Target.here(), root, layers, tmp_path / "out")
    assert bytes_of(tmp_path / "out" / str(Target.here())).keys() == {"one.zip", "small.zip", "manifest.json"}


def test_failing_build_leaves_the_last_good_one(
    write: Write, layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write({"handlers/one.py": HANDLER})
    folder = tmp_path / "out" / str(Target.here())
    make(Target.here(), root, layers, tmp_path / "out")
    good = bytes_of(folder)
    write({"handlers/one.py": HANDLER + "changed = True\n"})
    monkeypatch.setattr("build.package.manifest.UNZIPPED_LIMIT", 1000)
    with pytest.raises(PackageError, match="Lambda allows 1,000"):
        make(Target.here(), root, layers, tmp_path / "out")
    assert bytes_of(folder) == good


def test_hash_that_does_not_match_the_lock_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    lock = layers / "small.lock"
    lock.write_text(re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", lock.read_text()))
    with pytest.raises(PackageError, match=r"The wheels of small\.lock could not be installed .*uv says: .*[Hh]ash"):
        make(Target.here(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")


def test_lock_without_hashes_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    (layers / "small.lock").write_text((layers / "small.lock").read_text().split(" \\")[0] + "\n")
    with pytest.raises(PackageError, match=r"uv says: .*--require-hashes"):
        make(Target.here(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")


def test_other_processor_and_python(write: Write, layers: Path, tmp_path: Path) -> None:
    """The shared objects of a cross-build are the target's, whatever machine this is."""
    for name in ("powertools.lock", "powertools.toml"):
        (layers / name).write_bytes((ROOT / "build" / "layers" / name).read_bytes())
    architecture, machine = ("arm64", 183) if Target.here().architecture == "x86_64" else ("x86_64", 62)
    python = "3.13" if sys.version_info[:2] != (3, 13) else "3.12"
    make(Target(python, architecture), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / f"{python}-{architecture}" / "powertools.zip") as file:
        objects = {name: file.read(name) for name in file.namelist() if name.endswith(".so")}
    assert objects
    assert all(f"cpython-{python.replace('.', '')}-" in name for name in objects)
    assert {int.from_bytes(data[18:20], "little") for data in objects.values()} == {machine}


def test_killed_build_leaves_the_last_good_one(tmp_path: Path) -> None:
    """kill -9 while a layer is being installed."""
    root = tmp_path / "project"
    for source in (*ROOT.glob("build/*.py"), *ROOT.glob("build/package/*.py"), *ROOT.glob("build/layers/powertools.*")):
        (root / source.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (root / source.relative_to(ROOT)).write_bytes(source.read_bytes())
    handler = root / "lambdas" / "handlers" / "one.py"
    handler.parent.mkdir(parents=True)
    handler.write_text(HANDLER)
    folder = root / "build" / "out" / str(Target.here())
    assert run(root)[0] == 0
    good = bytes_of(folder)

    handler.write_text(HANDLER + "changed = True\n")
    (folder / ".powertools.stamp").unlink()
    killed = command(root)
    deadline = time.monotonic() + 20
    while not list(folder.glob(".powertools.tree.*")) and time.monotonic() < deadline:
        time.sleep(0.002)
    killed.kill()
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert bytes_of(folder) == good

    assert run(root)[0] == 0
    assert not list(folder.glob(".powertools.tree.*"))
    one = json.loads((folder / "manifest.json").read_bytes())["functions"]["one"]
    assert one["sha256"] == hashlib.sha256((folder / "one.zip").read_bytes()).hexdigest()
    assert (folder / "one.zip").read_bytes() != good["one.zip"]
    assert (folder / "powertools.zip").read_bytes() == good["powertools.zip"]
