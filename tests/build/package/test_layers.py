"""Trimmed layers work like the complete distributions, in a process that has nothing else."""

import ast
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from build.model import run
from build.package.layers import install_wheels
from build.package.recipe import Recipe
from build.package.target import Target
from models.digits import scans
from tests.support.build.projects import ISOLATED, LAYERS, ROOT, RUNTIME, ProjectCopy

MODEL = ROOT / "models" / "digits" / "bundle" / "model.tflite"


def test_litert_layer_gives_the_scores_of_the_full_installation(opt: Path, tmp_path: Path) -> None:
    arrays = scans.load_held_out().images[..., np.newaxis].astype(np.float32) * np.float32(1 / 255)
    np.save(tmp_path / "arrays.npy", arrays)
    program = ROOT / "tests/support/build/isolated_litert.py"
    paths = [program, opt / "litert" / "python", MODEL, tmp_path / "arrays.npy", tmp_path / "scores.npy"]
    subprocess.run([*ISOLATED, *map(str, paths)], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "scores.npy"), run.run_litert(MODEL.read_bytes(), arrays))


def test_powertools_layer_logs_counts_traces_and_batches(opt: Path) -> None:
    program = f"""
import sys
sys.path += [{str(opt / "powertools" / "python")!r}, {str(RUNTIME)!r}]
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
Tracer(service="s", disabled=False)
Logger(service="s").info("hello")
metrics = Metrics(namespace="n", service="s")
metrics.add_metric("images", unit="Count", value=1)
metrics.flush_metrics()
def fail(record: SQSRecord) -> None:
    if record.body == "bad":
        raise ValueError
records = [{{"messageId": body, "body": body, "eventSource": "aws:sqs"}} for body in ("good", "bad")]
print(process_partial_response({{"Records": records}}, fail, BatchProcessor(EventType.SQS), None))
"""
    done = subprocess.run([*ISOLATED, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    log, metric, answer = done.stdout.splitlines()
    assert '"message":"hello"' in log
    assert '"images":[1.0]' in metric
    assert ast.literal_eval(answer) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_imports_of_functions_are_in_zip_layers_or_runtime(
    two_builds: tuple[ProjectCopy, ProjectCopy], opt: Path, tmp_path: Path
) -> None:
    program = "import sys, importlib.util as u; sys.path += sys.argv[1].split(); "
    program += "print([name for name in sys.argv[2:] if u.find_spec(name) is None])"
    layers = {name: opt / name / "python" for name in LAYERS}
    for zipped in two_builds[0].out.glob("*.zip"):
        if zipped.stem in layers:
            continue
        with ZipFile(zipped) as file:
            file.extractall(tmp_path / zipped.stem)
            names = {name for source in file.namelist() for name in imported_modules(file.read(source))}
        path = " ".join(map(str, [tmp_path / zipped.stem, *layers.values(), RUNTIME]))
        done = subprocess.run(
            [*ISOLATED, "-c", program, path, *sorted(names)], capture_output=True, text=True, check=False
        )
        assert (zipped.name, done.stdout.strip(), done.stderr) == (zipped.name, "[]", "")


def imported_modules(source: bytes) -> set[str]:
    """Return the modules that a source imports absolutely."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }


@pytest.mark.parametrize(
    ("layer", "zipped", "unzipped"), [("litert", 30e6, 90e6), ("powertools", 2.5e6, 7e6), ("tensorflow", 150e6, 150e6)]
)
def test_layer_sizes_stay_small(
    two_builds: tuple[ProjectCopy, ProjectCopy], layer: str, zipped: float, unzipped: float
) -> None:
    path = two_builds[0].out / f"{layer}.zip"
    with ZipFile(path) as file:
        assert sum(entry.file_size for entry in file.infolist()) <= unzipped
    assert path.stat().st_size <= zipped


def test_function_sizes_stay_small(two_builds: tuple[ProjectCopy, ProjectCopy]) -> None:
    functions = {file.name: file.stat().st_size for file in two_builds[0].out.glob("*.zip") if file.stem not in LAYERS}
    assert functions and max(functions.values()) <= 1e6, functions


@pytest.mark.parametrize("layer", LAYERS)
def test_every_pattern_of_a_recipe_matches_a_file(layer: str, tmp_path: Path) -> None:
    """Searched in the x86_64 wheels of the oldest Python, because some patterns match only these."""
    recipe = Recipe.from_file(ROOT / "build" / "layers" / f"{layer}.toml")
    install_wheels(ROOT / "build" / "layers" / f"{layer}.lock", Target("3.11", "x86_64"), tmp_path)
    paths = [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*")]
    patterns = [*recipe.keep, *recipe.drop, *recipe.cut, *recipe.pack]
    assert [pattern for pattern in patterns if not any(fnmatchcase(path, pattern) for path in paths)] == []
