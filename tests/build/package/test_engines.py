"""Both engines give the same labels and scores, each in a process that has only its layers."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from models.digits import scans
from tests.support.build.projects import ISOLATED, ROOT, RUNTIME, ProjectCopy

TOLERANCE = 1e-4
BUNDLES = {"litert": ROOT / "models/digits/bundle", "tensorflow": ROOT / "models/digits/tensorflow"}


@pytest.fixture(scope="session")
def task(two_builds: tuple[ProjectCopy, ProjectCopy], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extract a function's zip as Lambda does."""
    folder = tmp_path_factory.mktemp("task")
    with ZipFile(two_builds[0].out / "worker.zip") as file:
        file.extractall(folder)
    return folder


def infer(bundle: Path, tmp_path: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run a bundle on the held-out scans, with `paths` as sys.path; scores go to <bundle's name>.npy."""
    arrays, scores = tmp_path / "arrays.npy", tmp_path / f"{bundle.name}.npy"
    np.save(arrays, scans.load_held_out().images[..., np.newaxis].astype(np.float32) * np.float32(1 / 255))
    program = ROOT / "tests/support/build/isolated_engine.py"
    command = [*ISOLATED, program, bundle, arrays, scores, *paths, RUNTIME]
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)


def test_engines_give_equal_labels_and_scores(task: Path, opt: Path, tmp_path: Path) -> None:
    scores = {}
    for engine, bundle in BUNDLES.items():
        layers = [opt / name / "python" for name in {"litert", "powertools", engine}]
        done = infer(bundle, tmp_path, task, *layers)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        scores[engine] = np.load(tmp_path / f"{bundle.name}.npy")
    labels = {(tmp_path / f"{bundle.name}.npy.labels").read_text() for bundle in BUNDLES.values()}
    assert len(labels) == 1
    litert, tensorflow = scores.values()
    assert litert.shape == tensorflow.shape == (len(scans.load_held_out().images), 10)
    assert np.abs(litert - tensorflow).max() <= TOLERANCE
    np.testing.assert_array_equal(litert.argmax(axis=1), tensorflow.argmax(axis=1))
    assert (litert.argmax(axis=1) == scans.load_held_out().labels).mean() > 0.98


def test_engine_without_its_layer_is_a_model_error(task: Path, opt: Path, tmp_path: Path) -> None:
    layers = [opt / name / "python" for name in ("litert", "powertools")]
    done = infer(BUNDLES["tensorflow"], tmp_path, task, *layers)
    assert done.stderr.splitlines()[-1].startswith("inference.errors.ModelError: The model's engine is tensorflow, and")
