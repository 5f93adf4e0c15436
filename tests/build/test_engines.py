"""Both engines give the same labels and scores, each run by its layer in a process that has nothing else."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from models.digits import scans
from tests.support.build.small_project import CLEAN, ROOT, RUNTIME, Copy

TOLERANCE = 1e-4
BUNDLES = {"litert": ROOT / "models/digits/bundle", "tensorflow": ROOT / "models/digits/tensorflow"}


@pytest.fixture(scope="session")
def task(two_builds: tuple[Copy, Copy], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function's zip where Lambda would unpack it."""
    folder = tmp_path_factory.mktemp("task")
    with ZipFile(two_builds[0].out / "worker.zip") as file:
        file.extractall(folder)
    return folder


def run(bundle: Path, tmp_path: Path, *places: Path) -> subprocess.CompletedProcess[str]:
    arrays, scores = tmp_path / "arrays.npy", tmp_path / f"{bundle.name}.npy"
    np.save(arrays, scans.held_out().images[..., np.newaxis].astype(np.float32) * np.float32(1 / 255))
    program = ROOT / "tests/support/build/clean_engines.py"
    words = [*CLEAN, program, bundle, arrays, scores, *places, RUNTIME]
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)


def test_both_engines_say_the_same_of_the_same_images(task: Path, opt: Path, tmp_path: Path) -> None:
    found = {}
    for engine, bundle in BUNDLES.items():
        layers = [opt / name / "python" for name in {"litert", "powertools", engine}]
        done = run(bundle, tmp_path, task, *layers)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        found[engine] = np.load(tmp_path / f"{bundle.name}.npy")
    labels = {(tmp_path / f"{bundle.name}.npy.labels").read_text() for bundle in BUNDLES.values()}
    assert len(labels) == 1
    one, other = found.values()
    assert one.shape == other.shape == (len(scans.held_out().images), 10)
    assert np.abs(one - other).max() <= TOLERANCE
    np.testing.assert_array_equal(one.argmax(axis=1), other.argmax(axis=1))
    assert (one.argmax(axis=1) == scans.held_out().labels).mean() > 0.98


def test_without_its_layer_the_engine_names_the_cure(task: Path, opt: Path, tmp_path: Path) -> None:
    layers = [opt / name / "python" for name in ("litert", "powertools")]
    done = run(BUNDLES["tensorflow"], tmp_path, task, *layers)
    assert done.stderr.splitlines()[-1].startswith("inference.errors.ModelError: The model's engine is tensorflow, and")
