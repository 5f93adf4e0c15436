"""Projects to package: small ones, and two copies of this one, built as two people would."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.build.small_project import LAYERS, Copy, command, copy


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Writes a project's sources, by path, and gives their folder."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "lambdas"
        for path, source in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(source)
        return root

    return write


@pytest.fixture(scope="session")
def two_builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, Copy]:
    """Built side by side: other folder, other umask, other file times, other hash seed, other time zone."""
    umask = os.umask(0o022)
    try:
        mine = copy(tmp_path_factory.mktemp("mine") / "sluice", shutil.copy2)
        first = command(mine, PYTHONHASHSEED="1", TZ="UTC")
        os.umask(0o077)
        yours = copy(tmp_path_factory.mktemp("yours") / "a" / "longer path", shutil.copyfile)
        second = command(yours, PYTHONHASHSEED="4242", TZ="Asia/Kathmandu")
    finally:
        os.umask(umask)
    said = [process.communicate()[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    return Copy(mine, said[0]), Copy(yours, said[1])


@pytest.fixture(scope="session")
def opt(two_builds: tuple[Copy, Copy], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers where Lambda would unpack them."""
    folder = tmp_path_factory.mktemp("opt")
    for layer in LAYERS:
        with ZipFile(two_builds[0].out / f"{layer}.zip") as file:
            file.extractall(folder / layer)
    return folder
