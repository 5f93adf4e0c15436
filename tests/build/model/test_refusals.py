"""What cannot be imported gets one sentence, and nothing is written."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.models.answers import Said

SENTENCES = {
    "bad-erfinv": "Erfinv. Import the model with ENGINE=tensorflow",
    "bad-missing": "there is no ",
    "bad-empty": "is empty",
    "bad-keras": "is no .keras file",
    "bad-graph": "its bytes are not a GraphDef",
    "bad-tflite": "is no .tflite that LiteRT can run",
    "bad-kind": "is of no known kind",
    "bad-folder": "is no SavedModel, it has no saved_model.pb",
    "bad-weights-only": "holds weights only",
    "bad-two-inputs": "has 2 inputs",
    "bad-two-outputs": "has 2 outputs",
    "bad-rank": "input has 2 axes",
    "bad-channels": "[any, 16, 16, 4]; its last axis must be 1 (grey) or 3 (RGB)",
    "bad-one-score": "[1, 1]; a classifier gives [1, labels]",
    "bad-map": "[1, 14, 14, 5]",
    "bad-bytes": "has an input of uint8",
    "bad-nan": "hold 5 values that are no numbers",
    "bad-custom": "custom layer Doubled",
    "bad-lambda": "has a Lambda layer",
    "bad-variables": "is not frozen",
    "bad-front": "CropAndResize (Crop) before it resizes",
    "bad-no-scale": "SCALE=0..1",
    "bad-no-size": "SIZE=224",
    "bad-size": "SIZE is 17x17, but the model takes [any, 16, 16, 3]",
    "bad-labels": "has 4 labels and the model has 5 outputs",
    "bad-maps": "name output 1,000, and the model's 5 end at 4",
    "bad-precision": "PRECISION=int8 is LiteRT's",
    "bad-tflite-engine": "leave ENGINE and PRECISION out",
    "bad-tflite-logits": "SOFTMAX=no",
    "bad-images": "no JPEG, PNG or WEBP file",
    "bad-agreement": "the bound is 100.0% of labels. Nothing was written",
    "bad-architecture": "keras:Nothing is not in keras.applications",
    "bad-weights": "do not fit MobileNet with 1000 outputs",
    "bad-no-weights": "WEIGHTS: there is no file",
}


@pytest.mark.parametrize("case", SENTENCES)
def test_refusal_is_a_sentence_that_names_the_thing(said: Said, case: str) -> None:
    assert said[case]["exit"] == 1
    assert SENTENCES[case] in said[case]["said"]
    assert len(said[case]["said"].splitlines()) == 1


def test_refused_models_leave_nothing_and_none_is_forgotten(workshop: Path, said: Said) -> None:
    assert {case for case in said if case.startswith("bad-")} == SENTENCES.keys()
    assert not [folder for folder in (workshop / "models").iterdir() if folder.name.startswith("bad-")]
    assert not list(workshop.glob("models/*/.unfinished-*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--name", "Pets", "x.keras"], "NAME is 'Pets'; a model's name has 1 to 31 small letters"),
        (["x.keras"], "NAME is ''"),
        (["--name", "pets"], "FROM is missing"),
        (["--name", "pets", "x.keras", "--engine", "onnx"], "ENGINE is 'onnx'; it must be one of: litert, tensorflow."),
        (["--name", "pets", "x.keras", "--images", "/nowhere"], "IMAGES: there is no folder /nowhere."),
    ],
)
def test_command_says_one_sentence_on_standard_error(
    tensorflow: Callable[..., CompletedProcess[str]], words: list[str], sentence: str
) -> None:
    done = tensorflow("build.model", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_command_drops_the_noise_of_the_libraries(
    tensorflow: Callable[..., CompletedProcess[str]], workshop: Path
) -> None:
    done = tensorflow("build.model", workshop / "garbage.pb", "--name", "pets", "--models", workshop / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{workshop / 'garbage.pb'} is no frozen graph: its bytes are not a GraphDef.\n"
