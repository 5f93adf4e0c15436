"""Projects to package: small ones, and two copies of this one, built on differently configured machines."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.build.projects import LAYERS, ProjectCopy, copy_project, start_build


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Return a function that writes sources by path and returns their root folder."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "lambdas"
        for path, source in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(source)
        return root

    return write


@pytest.fixture(scope="session")
def two_builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectCopy, ProjectCopy]:
    """Build two copies at once: other folder, umask, file times, hash seed and time zone."""
    umask = os.umask(0o022)
    try:
        first_root = copy_project(tmp_path_factory.mktemp("first") / "sluice", shutil.copy2)
        first = start_build(first_root, PYTHONHASHSEED="1", TZ="UTC")
        os.umask(0o077)
        second_root = copy_project(tmp_path_factory.mktemp("second") / "a" / "longer path", shutil.copyfile)
        second = start_build(second_root, PYTHONHASHSEED="4242", TZ="Asia/Kathmandu")
    finally:
        os.umask(umask)
    outputs = [process.communicate()[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outputs
    return ProjectCopy(first_root, outputs[0]), ProjectCopy(second_root, outputs[1])


@pytest.fixture(scope="session")
def opt(two_builds: tuple[ProjectCopy, ProjectCopy], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extract the layers as Lambda does, each into a folder of its own."""
    folder = tmp_path_factory.mktemp("opt")
    for layer in LAYERS:
        with ZipFile(two_builds[0].out / f"{layer}.zip") as file:
            file.extractall(folder / layer)
    return folder
