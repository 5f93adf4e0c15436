"""A build replaces the last one completely, or not at all."""

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

from build.errors import PackageError
from build.package.builder import build_all
from build.package.bytecode import Compiler
from build.package.target import Target
from tests.support.build.projects import ROOT, run_build, start_build

Write = Callable[[Mapping[str, str]], Path]
HANDLER = "def handler(event, context): ...\n"
TAG = sys.implementation.cache_tag


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """Write one layer of one small wheel, locked as the project locks it."""
    folder = tmp_path / "layers"
    folder.mkdir()
    locked = re.search(
        r"^typing-extensions==.*?(?=^\S|\Z)", (ROOT / "build/layers/powertools.lock").read_text(), re.M | re.S
    )
    assert locked
    (folder / "small.lock").write_text(locked[0])
    (folder / "small.toml").write_text('[drop]\n"*/licenses/*" = "an example"\n')
    return folder


def read_artifacts(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files that Terraform may read, by name."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")}


def test_layer_zip_has_the_layout_of_lambda(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    build = build_all(Target.current(), root, layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / str(build.target) / "small.zip") as file:
        names = file.namelist()
    assert {"python/typing_extensions.py", f"python/__pycache__/typing_extensions.{TAG}.pyc"} <= set(names)
    assert all(re.match(r"python/(__pycache__/)?typing_extensions", name) for name in names)
    assert not [name for name in names if re.search(r"licenses|RECORD|INSTALLER|REQUESTED|\.lock", name)]


def test_damaged_and_missing_artifacts_are_rebuilt(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    folder = tmp_path / "out" / str(Target.current())
    build_all(Target.current(), root, layers, tmp_path / "out")
    good = read_artifacts(folder)
    damaged, times = bytearray(good["small.zip"]), (folder / "small.zip").stat()
    damaged[100] ^= 1
    (folder / "small.zip").write_bytes(damaged)
    os.utime(folder / "small.zip", ns=(times.st_atime_ns, times.st_mtime_ns))  # size and time are unchanged
    (folder / "one.zip").unlink()
    (folder / "manifest.json").write_text("{}")
    build_all(Target.current(), root, layers, tmp_path / "out")
    assert read_artifacts(folder) == good


@pytest.fixture
def two_engines(layers: Path) -> Path:
    """Add two layers of that wheel, each for an engine of its own."""
    for name in ("this", "that"):
        (layers / f"{name}.lock").write_bytes((layers / "small.lock").read_bytes())
        (layers / f"{name}.toml").write_text(f'engine = "{name}"\n[keep]\n"*.py" = "an example"\n')
    return layers


def test_layers_of_other_engines_are_kept_if_current(write: Write, two_engines: Path, tmp_path: Path) -> None:
    root, out = write({"handlers/one.py": HANDLER}), tmp_path / "out"
    assert build_all(Target.current(), root, two_engines, out, ["this"]).layers.keys() == {"small", "this"}
    assert build_all(Target.current(), root, two_engines, out).layers.keys() == {"small", "this", "that"}
    build = build_all(Target.current(), root, two_engines, out, ["this"])
    assert build.layers.keys() == {"small", "this", "that"}
    assert not [artifact for artifact in build.artifacts() if artifact.data is not None]

    (two_engines / "that.toml").write_text('engine = "that"\n')
    assert build_all(Target.current(), root, two_engines, out, ["this"]).layers.keys() == {"small", "this"}
    folder = out / str(Target.current())
    assert read_artifacts(folder).keys() == {"one.zip", "small.zip", "this.zip", "manifest.json"}
    assert json.loads((folder / "manifest.json").read_bytes())["layers"].keys() == {"small", "this"}


def test_engine_without_layer_or_wheels_is_refused(write: Write, two_engines: Path, tmp_path: Path) -> None:
    root, out = write({"handlers/one.py": HANDLER}), tmp_path / "out"
    with pytest.raises(PackageError, match=r"Engine 'abacus' has no layer in .*: choose that or this"):
        build_all(Target.current(), root, two_engines, out, ["this", "abacus"])
    (two_engines / "that.toml").write_text('engine = "that"\nnewest_python = "3.11"\n')
    with pytest.raises(PackageError, match=r"engine 'that' has no wheels for Python 3\.12: build for Python 3\.11"):
        build_all(Target.current("3.12"), root, two_engines, out, ["that"])
    assert build_all(Target.current("3.12"), root, two_engines, out).layers.keys() == {"small", "this"}


def test_packed_file_that_is_not_a_library_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    (layers / "small.toml").write_text('[pack]\n"typing_extensions.py" = "packed.zst"\n')
    with pytest.raises(PackageError, match=r"typing_extensions\.py is not a 64-bit ELF file"):
        build_all(Target.current(), root, layers, tmp_path / "out")
    (layers / "small.toml").write_text('[pack]\n"gone.so" = "packed.zst"\n')
    with pytest.raises(PackageError, match=r"gone\.so is not in any wheel of small\.lock"):
        build_all(Target.current(), root, layers, tmp_path / "out")


def test_changed_recipe_rebuilds_only_its_layer(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    build_all(Target.current(), root, layers, tmp_path / "out")
    (layers / "small.toml").write_text("[drop]\n")
    build = build_all(Target.current(), root, layers, tmp_path / "out")
    assert build.layers["small"].data is not None
    assert build.functions["one"].data is None


def test_layer_is_rebuilt_for_another_compiler(
    write: Write, layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = write({"handlers/one.py": HANDLER}), tmp_path / "out" / str(Target.current())
    seen = []
    for version in ("cpython 3.11.1", "cpython 3.11.1", "cpython 3.11.2", None, None):
        compiler = Compiler(sys.executable, version) if version else None
        monkeypatch.setattr("build.package.builder.find_compiler", lambda _, compiler=compiler: compiler)
        build = build_all(Target.current(), root, layers, tmp_path / "out")
        assert build.compiler == version
        layer = build.layers["small"]
        with ZipFile(folder / "small.zip") as file:
            has_bytecode = any(name.endswith(".pyc") for name in file.namelist())
        recorded = json.loads((folder / "manifest.json").read_bytes())["layers"]["small"]["compiled"]
        stamp = (folder / ".small.stamp").stat().st_ino
        seen.append((layer.compiled, has_bytecode, recorded, stamp))
    assert [state[:3] for state in seen] == [(True,) * 3] * 3 + [(False,) * 3] * 2
    stamps = [state[3] for state in seen]
    assert [one == next_ for one, next_ in pairwise(stamps)] == [True, False, False, True]


def test_uncompiled_recipe_packages_no_bytecode(write: Write, layers: Path, tmp_path: Path) -> None:
    (layers / "small.toml").write_text('uncompiled = "an example"\n')
    build = build_all(Target.current(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / str(build.target) / "small.zip") as file:
        assert not [name for name in file.namelist() if name.endswith(".pyc")]
    assert not build.layers["small"].compiled


def test_zip_of_a_removed_function_is_deleted(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER, "handlers/two.py": HANDLER})
    build_all(Target.current(), root, layers, tmp_path / "out")
    (root / "handlers" / "two.py").unlink()
    build_all(Target.current(), root, layers, tmp_path / "out")
    assert read_artifacts(tmp_path / "out" / str(Target.current())).keys() == {"one.zip", "small.zip", "manifest.json"}


def test_failed_build_keeps_the_last_artifacts(
    write: Write, layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write({"handlers/one.py": HANDLER})
    folder = tmp_path / "out" / str(Target.current())
    build_all(Target.current(), root, layers, tmp_path / "out")
    good = read_artifacts(folder)
    write({"handlers/one.py": HANDLER + "changed = True\n"})
    monkeypatch.setattr("build.package.artifacts.UNZIPPED_LIMIT", 1000)
    with pytest.raises(PackageError, match="Lambda allows 1,000"):
        build_all(Target.current(), root, layers, tmp_path / "out")
    assert read_artifacts(folder) == good


def test_wheel_with_another_hash_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    lock = layers / "small.lock"
    lock.write_text(re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", lock.read_text()))
    with pytest.raises(PackageError, match=r"Cannot install the wheels of small\.lock for .*uv reports: .*[Hh]ash"):
        build_all(Target.current(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")


def test_lock_without_hashes_is_refused(write: Write, layers: Path, tmp_path: Path) -> None:
    (layers / "small.lock").write_text((layers / "small.lock").read_text().split(" \\")[0] + "\n")
    with pytest.raises(PackageError, match=r"uv reports: .*--require-hashes"):
        build_all(Target.current(), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")


def test_cross_build_has_shared_objects_of_the_target(write: Write, layers: Path, tmp_path: Path) -> None:
    """Another architecture and another Python than this machine's."""
    for name in ("powertools.lock", "powertools.toml"):
        (layers / name).write_bytes((ROOT / "build" / "layers" / name).read_bytes())
    architecture, machine = ("arm64", 183) if Target.current().architecture == "x86_64" else ("x86_64", 62)
    python = "3.13" if sys.version_info[:2] != (3, 13) else "3.12"
    build_all(Target(python, architecture), write({"handlers/one.py": HANDLER}), layers, tmp_path / "out")
    with ZipFile(tmp_path / "out" / f"{python}-{architecture}" / "powertools.zip") as file:
        objects = {name: file.read(name) for name in file.namelist() if name.endswith(".so")}
    assert objects
    assert all(f"cpython-{python.replace('.', '')}-" in name for name in objects)
    assert {int.from_bytes(data[18:20], "little") for data in objects.values()} == {machine}


def test_killed_build_keeps_the_last_artifacts(tmp_path: Path) -> None:
    """SIGKILL while a layer is being installed."""
    root = tmp_path / "project"
    for source in (*ROOT.glob("build/*.py"), *ROOT.glob("build/package/*.py"), *ROOT.glob("build/layers/powertools.*")):
        (root / source.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (root / source.relative_to(ROOT)).write_bytes(source.read_bytes())
    handler = root / "lambdas" / "handlers" / "one.py"
    handler.parent.mkdir(parents=True)
    handler.write_text(HANDLER)
    folder = root / "build" / "out" / str(Target.current())
    assert run_build(root)[0] == 0
    good = read_artifacts(folder)

    handler.write_text(HANDLER + "changed = True\n")
    (folder / ".powertools.stamp").unlink()
    killed = start_build(root)
    deadline = time.monotonic() + 20
    while not list(folder.glob(".powertools.tree.*")) and time.monotonic() < deadline:
        time.sleep(0.002)
    killed.kill()
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert read_artifacts(folder) == good

    assert run_build(root)[0] == 0
    assert not list(folder.glob(".powertools.tree.*"))
    one = json.loads((folder / "manifest.json").read_bytes())["functions"]["one"]
    assert one["sha256"] == hashlib.sha256((folder / "one.zip").read_bytes()).hexdigest()
    assert (folder / "one.zip").read_bytes() != good["one.zip"]
    assert (folder / "powertools.zip").read_bytes() == good["powertools.zip"]
