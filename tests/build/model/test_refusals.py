"""A model that cannot be imported gets one sentence, and nothing is written."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.models.predictions import ImportResults

MESSAGES = {
    "bad-erfinv": "Erfinv. Import the model with ENGINE=tensorflow",
    "bad-missing": "does not exist. Use a .keras",
    "bad-empty": "is empty",
    "bad-keras": "is not a .keras file",
    "bad-graph": "its bytes are not a GraphDef",
    "bad-tflite": "LiteRT cannot run ",
    "bad-kind": "is of an unknown kind",
    "bad-folder": "is not a SavedModel, because it has no saved_model.pb",
    "bad-weights-only": "contains weights only",
    "bad-two-inputs": "has 2 inputs",
    "bad-two-outputs": "has 2 outputs",
    "bad-rank": "input has 2 axes",
    "bad-channels": "[any, 16, 16, 4], but its last axis must have 1 (grey) or 3 (RGB) channels",
    "bad-one-score": "[1, 1], but a classifier returns [1, labels]",
    "bad-map": "[1, 14, 14, 5]",
    "bad-bytes": "has an input of uint8",
    "bad-nan": "contain 5 NaN values",
    "bad-custom": "custom layer Doubled",
    "bad-lambda": "has a Lambda layer",
    "bad-variables": "is not frozen",
    "bad-front": "CropAndResize (Crop) to images before it resizes",
    "bad-no-scale": "SCALE=0..1",
    "bad-no-size": "SIZE=224",
    "bad-size": "Invalid SIZE 17x17: the model takes [any, 16, 16, 3]",
    "bad-labels": "has 4 labels but the model has 5 outputs",
    "bad-maps": "have a label for output 1,000, but the model's 5 outputs end at 4",
    "bad-precision": "Invalid PRECISION 'int8' for ENGINE=tensorflow",
    "bad-tflite-engine": "leave ENGINE and PRECISION out",
    "bad-tflite-logits": "SOFTMAX=no",
    "bad-images": "no JPEG, PNG or WEBP file",
    "bad-agreement": "the limit is 100.0% of labels. Nothing was written",
    "bad-architecture": "keras:Nothing is not in keras.applications",
    "bad-weights": "do not fit MobileNet with 1000 outputs",
    "bad-no-weights": "Invalid WEIGHTS: the file ",
}


@pytest.mark.parametrize("case", MESSAGES)
def test_refusal_is_one_sentence_with_the_cause(results: ImportResults, case: str) -> None:
    assert results[case]["exit"] == 1
    assert MESSAGES[case] in results[case]["output"]
    assert len(results[case]["output"].splitlines()) == 1


def test_refused_imports_write_nothing_and_are_all_tested(workspace: Path, results: ImportResults) -> None:
    assert {case for case in results if case.startswith("bad-")} == MESSAGES.keys()
    assert not [folder for folder in (workspace / "models").iterdir() if folder.name.startswith("bad-")]
    assert not list(workspace.glob("models/*/.unfinished-*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name", "Pets", "x.keras"], "Invalid NAME 'Pets': use 1 to 31 lower-case letters"),
        (["x.keras"], "Invalid NAME ''"),
        (["--name", "pets"], "FROM is missing"),
        (["--name", "pets", "x.keras", "--engine", "onnx"], "Invalid ENGINE 'onnx': choose one of litert, tensorflow."),
        (["--name", "pets", "x.keras", "--images", "/nowhere"], "Invalid IMAGES: the folder /nowhere does not exist."),
    ],
)
def test_command_prints_one_sentence_to_stderr(
    tensorflow: Callable[..., CompletedProcess[str]], arguments: list[str], message: str
) -> None:
    done = tensorflow("build.model", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1


def test_command_suppresses_output_of_libraries(
    tensorflow: Callable[..., CompletedProcess[str]], workspace: Path
) -> None:
    done = tensorflow("build.model", workspace / "garbage.pb", "--name", "pets", "--models", workspace / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{workspace / 'garbage.pb'} is not a frozen graph: its bytes are not a GraphDef.\n"
