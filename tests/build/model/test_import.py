"""Models of every kind become bundles whose scores equal their sources'."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build import bundle
from tests.support.models.predictions import FindBundle, ImportResults, predict_photos

KINDS = ["keras-file", "keras-tensorflow", "hdf", "saved", "any-size", "logits", "sigmoid", "grey", "lite", "mobile"]


@pytest.mark.parametrize("case", [*KINDS, "logits-kept", "erfinv-tensorflow", "renamed"])
def test_float32_scores_equal_the_source(find_bundle: FindBundle, case: str) -> None:
    folder, manifest = find_bundle(case)
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
def test_input_comes_from_options_or_model(
    find_bundle: FindBundle, case: str, shape: tuple[int, int, int], scale: float, offset: float
) -> None:
    spec = find_bundle(case)[1]["input"]
    assert (spec["height"], spec["width"], spec["channels"], spec["decode"]) == (*shape, "exact")
    assert (spec["scale"], spec["offset"]) == pytest.approx((scale, offset), rel=1e-6)


def test_labels_from_text_and_json_are_equal(find_bundle: FindBundle) -> None:
    for case in ("keras-file", "keras-tensorflow"):
        assert (find_bundle(case)[0] / "labels.txt").read_text() == "ant\nbee\ncat\ndog\neel\n"
    assert (find_bundle("hdf")[0] / "labels.txt").read_text() == "class 0\nclass 1\nclass 2\nclass 3\nclass 4\n"


def test_output_has_the_version_and_next_commands(find_bundle: FindBundle, results: ImportResults) -> None:
    folder, _ = find_bundle("keras-file")
    digest = bundle.digest(folder)
    assert folder.name == digest[:12]
    lines = results["keras-file"]["output"].splitlines()
    assert lines[0] == f"keras-file@{digest}"
    assert f"make publish ENV=dev MODEL={folder}" in results["keras-file"]["output"]
    assert lines[-1].strip() == f"make apply ENV=dev MODEL=keras-file@{digest}"


def test_engines_give_equal_scores(find_bundle: FindBundle, workspace: Path) -> None:
    scores = np.load(workspace / "keras-tensorflow.npy")
    np.testing.assert_allclose(predict_photos(find_bundle("keras-file"), workspace), scores, atol=1e-6)
    assert np.ptp(scores, axis=0).max() > 0.01, "the scores of the photos differ"


def test_batch_normalizations_are_folded(find_bundle: FindBundle, workspace: Path) -> None:
    find_bundle("keras-tensorflow")
    operations = json.loads((workspace / "operations.json").read_text())
    convolutions = {"Conv2D", "DepthwiseConv2dNative", "BiasAdd", "Relu", "Relu6"}
    assert set(operations["keras-tensorflow"]) == {"Placeholder", "Const", "MatMul", "Mean", "Softmax"} | convolutions
    assert not {"BatchNormWithGlobalNormalization", "CheckNumerics", "Identity"} & set(
        operations["reference-tensorflow"]
    )


def test_float16_reports_its_difference(find_bundle: FindBundle) -> None:
    folder, manifest = find_bundle("half")
    report = json.loads((folder / "parity.json").read_text())
    assert manifest["precision"] == "float16"
    assert 1e-5 < report["largest_difference"] < 1e-2
    assert report["bounds"] == {"top1_agreement": 0.99}


def test_int8_is_smaller_and_reports_its_agreement(find_bundle: FindBundle) -> None:
    (int8, manifest), (float32, _) = find_bundle("eight"), find_bundle("eight-not")
    assert manifest["precision"] == "int8"
    assert (int8 / "model.tflite").stat().st_size < 0.5 * (float32 / "model.tflite").stat().st_size
    report = json.loads((int8 / "parity.json").read_text())
    assert report["top1_agreement"] < 1
    assert report["bounds"] == {"top1_agreement": 0.0}


def test_softmax_is_appended_to_logits_unless_disabled(
    find_bundle: FindBundle, results: ImportResults, workspace: Path
) -> None:
    logits, probabilities = (predict_photos(find_bundle(case), workspace) for case in ("logits-kept", "logits"))
    assert np.abs(logits.sum(axis=1) - 1).min() > 0.01
    powers = np.exp(logits)
    np.testing.assert_allclose(probabilities, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)
    assert "a softmax was appended" in results["logits"]["output"]
    assert "the sum is not 1" in results["sigmoid"]["output"]


def test_sample_is_the_first_or_a_generated_image(find_bundle: FindBundle, workspace: Path) -> None:
    folder, manifest = find_bundle("reference")
    assert (folder / manifest["sample"]).read_bytes() == (workspace / "photos" / "0.jpg").read_bytes()
    folder, manifest = find_bundle("any-size")
    with Image.open(folder / manifest["sample"]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (25, 15))
