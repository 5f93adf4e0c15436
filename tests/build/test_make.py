"""A build replaces the last one as a whole, or not at all."""

import hashlib
import json
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from build.package.error import PackageError
from build.package.make import make
from build.package.target import Target
from tests.build.project import ROOT, command, run

Write = Callable[[Mapping[str, str]], Path]
HANDLER = "def handler(event, context): ...\n"


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
    assert "python/typing_extensions.py" in names
    assert all(name.startswith("python/typing_extensions") for name in names)
    assert not [name for name in names if re.search(r"licenses|RECORD|INSTALLER|REQUESTED|\.pyc|\.lock", name)]


def test_tampered_and_missing_zips_are_made_again(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    folder = tmp_path / "out" / str(Target.here())
    make(Target.here(), root, layers, tmp_path / "out")
    good = bytes_of(folder)
    (folder / "small.zip").write_bytes(b"PK")
    (folder / "one.zip").unlink()
    (folder / "manifest.json").write_text("{}")
    make(Target.here(), root, layers, tmp_path / "out")
    assert bytes_of(folder) == good


def test_changed_recipe_rebuilds_its_layer_alone(write: Write, layers: Path, tmp_path: Path) -> None:
    root = write({"handlers/one.py": HANDLER})
    make(Target.here(), root, layers, tmp_path / "out")
    (layers / "small.toml").write_text("[drop]\n")
    build = make(Target.here(), root, layers, tmp_path / "out")
    assert build.layers["small"].data is not None
    assert build.functions["one"].data is None


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
