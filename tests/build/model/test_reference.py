"""The Inception graph of 2015 and its label maps import unchanged; scores equal those of the original in TF1."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.models.predictions import FindBundle, ImportResults, predict_photos


@pytest.mark.parametrize("case", ["reference", "renamed"])
def test_scores_equal_the_original_graph(find_bundle: FindBundle, workspace: Path, case: str) -> None:
    original = np.load(workspace / "reference.npy")
    scores = predict_photos(find_bundle(case), workspace)
    assert scores.shape == (3, 1008)
    np.testing.assert_allclose(scores, original, atol=2e-5)
    assert (scores.argmax(axis=1) == original.argmax(axis=1)).all()
    assert len(set(original.argmax(axis=1))) == 3, "the predictions of the photos differ"


def test_tensorflow_scores_equal_the_original_graph(find_bundle: FindBundle, workspace: Path) -> None:
    assert find_bundle("reference-tensorflow")[1]["tensors"] == {"input": "ResizeBilinear", "output": "softmax"}
    original = np.load(workspace / "reference.npy")
    np.testing.assert_allclose(np.load(workspace / "reference-tensorflow.npy"), original, atol=2e-5)


def test_label_maps_are_found_as_files_and_folder(find_bundle: FindBundle) -> None:
    cases = ("reference", "reference-tensorflow", "reference-maps")
    (text,) = {(find_bundle(case)[0] / "labels.txt").read_text() for case in cases}
    labels = text.splitlines()
    assert len(labels) == 1008
    assert labels[1] == "thing 1, object 1"
    assert (labels[0], labels[1007]) == ("class 0 (has no label)", "class 1007 (has no label)")


def test_fast_decoding_is_in_the_manifest(find_bundle: FindBundle) -> None:
    assert find_bundle("reference-maps")[1]["input"]["decode"] == "fast"


def test_different_resizing_is_noted(find_bundle: FindBundle, results: ImportResults) -> None:
    find_bundle("centred")
    assert "resizes differently" in results["centred"]["output"]
    assert "resizes differently" not in results["reference"]["output"]


def test_report_describes_the_images(find_bundle: FindBundle) -> None:
    report = json.loads((find_bundle("reference")[0] / "parity.json").read_text())
    assert report["images"] == {"count": 4, "from": "of a folder of 5, 1 invalid left out"}
