"""Models of every kind become bundles that say what their sources said."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import bundle
from tests.support.models.answers import Made, Said, scores

KINDS = ["keras-file", "keras-tensorflow", "hdf", "saved", "any-size", "logits", "sigmoid", "grey", "lite", "mobile"]


@pytest.mark.parametrize("case", [*KINDS, "logits-kept", "erfinv-tensorflow", "renamed"])
def test_float32_says_what_its_source_said(made: Made, case: str) -> None:
    folder, manifest = made(case)
    report = json.loads((folder / manifest["parity"]).read_text())
    assert (report["top1_agreement"], report["images"]["count"]) == (1.0, 32)
    assert 0 < report["largest_difference"] <= 1e-4 == report["bounds"]["largest_difference"]
    assert report["model"]["bytes"] == (folder / manifest["model"]).stat().st_size
    assert report["versions"].keys() == {"ai-edge-litert", "keras", "numpy", "tensorflow-cpu"}
    assert manifest["precision"] == "float32"


@pytest.mark.parametrize(
    ("case", "shape", "scale", "offset"),
    [
        ("keras-file", (16, 16, 3), 1 / 255, 0),
        ("any-size", (12, 20, 3), 2 / 255, -1),
        ("logits", (16, 16, 3), 1, 0),
        ("grey", (16, 16, 1), 1 / 255, 0),
        ("mobile", (32, 32, 3), 1 / 127.5, -1),
        ("reference", (32, 32, 3), 1, 0),
    ],
)
def test_input_is_what_was_asked_or_what_the_model_says(
    made: Made, case: str, shape: tuple[int, int, int], scale: float, offset: float
) -> None:
    takes = made(case)[1]["input"]
    assert (takes["height"], takes["width"], takes["channels"], takes["decode"]) == (*shape, "exact")
    assert (takes["scale"], takes["offset"]) == pytest.approx((scale, offset), rel=1e-6)


def test_labels_of_a_text_file_and_of_json_are_the_same(made: Made) -> None:
    for case in ("keras-file", "keras-tensorflow"):
        assert (made(case)[0] / "labels.txt").read_text() == "ant\nbee\ncat\ndog\neel\n"
    assert (made("hdf")[0] / "labels.txt").read_text() == "class 0\nclass 1\nclass 2\nclass 3\nclass 4\n"


def test_folder_is_named_by_the_hash_and_the_command_says_what_comes_next(made: Made, said: Said) -> None:
    folder, _ = made("keras-file")
    digest = bundle.digest(folder)
    assert folder.name == digest[:12]
    lines = said["keras-file"]["said"].splitlines()
    assert lines[0] == f"keras-file@{digest}"
    assert f"make publish ENV=dev MODEL={folder}" in said["keras-file"]["said"]
    assert lines[-1].strip() == f"make apply ENV=dev MODEL=keras-file@{digest}"


def test_engines_say_the_same(made: Made, workshop: Path) -> None:
    found = np.load(workshop / "keras-tensorflow.npy")
    np.testing.assert_allclose(scores(made("keras-file"), workshop), found, atol=1e-6)
    assert np.ptp(found, axis=0).max() > 0.01, "the photographs are told apart"


def test_every_batch_normalisation_is_in_its_convolution(made: Made, workshop: Path) -> None:
    made("keras-tensorflow")
    found = json.loads((workshop / "operations.json").read_text())
    convolutions = {"Conv2D", "DepthwiseConv2dNative", "BiasAdd", "Relu", "Relu6"}
    assert set(found["keras-tensorflow"]) == {"Placeholder", "Const", "MatMul", "Mean", "Softmax"} | convolutions
    assert not {"BatchNormWithGlobalNormalization", "CheckNumerics", "Identity"} & set(found["reference-tensorflow"])


def test_float16_says_what_it_costs(made: Made) -> None:
    folder, manifest = made("half")
    report = json.loads((folder / "parity.json").read_text())
    assert manifest["precision"] == "float16"
    assert 1e-5 < report["largest_difference"] < 1e-2
    assert report["bounds"] == {"top1_agreement": 0.99}


def test_int8_is_smaller_and_says_what_it_costs(made: Made) -> None:
    (eight, manifest), (whole, _) = made("eight"), made("eight-not")
    assert manifest["precision"] == "int8"
    assert (eight / "model.tflite").stat().st_size < 0.5 * (whole / "model.tflite").stat().st_size
    report = json.loads((eight / "parity.json").read_text())
    assert report["top1_agreement"] < 1
    assert report["bounds"] == {"top1_agreement": 0.0}


def test_softmax_is_added_to_logits_and_left_out_when_told(made: Made, said: Said, workshop: Path) -> None:
    kept, added = (scores(made(case), workshop) for case in ("logits-kept", "logits"))
    assert np.abs(kept.sum(axis=1) - 1).min() > 0.01
    powers = np.exp(kept)
    np.testing.assert_allclose(added, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)
    assert "a softmax was put after them" in said["logits"]["said"]
    assert "do not add up to 1" in said["sigmoid"]["said"]


def test_sample_is_the_first_of_the_images_or_a_generated_one(made: Made, workshop: Path) -> None:
    folder, manifest = made("reference")
    assert (folder / manifest["sample"]).read_bytes() == (workshop / "photos" / "0.jpg").read_bytes()
    folder, manifest = made("any-size")
    with Image.open(folder / manifest["sample"]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (25, 15))
