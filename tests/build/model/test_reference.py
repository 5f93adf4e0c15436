"""2015's graph and its label maps import as they are, and answer as a TF1 session of the uncut graph does."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.models.answers import Made, Said, scores


@pytest.mark.parametrize("case", ["reference", "renamed"])
def test_scores_are_those_of_the_uncut_graph_given_the_jpeg(made: Made, workshop: Path, case: str) -> None:
    uncut = np.load(workshop / "reference.npy")
    found = scores(made(case), workshop)
    assert found.shape == (3, 1008)
    np.testing.assert_allclose(found, uncut, atol=2e-5)
    assert (found.argmax(axis=1) == uncut.argmax(axis=1)).all()
    assert len(set(uncut.argmax(axis=1))) == 3, "the graph tells the photographs apart"


def test_tensorflow_gives_the_same(made: Made, workshop: Path) -> None:
    assert made("reference-tensorflow")[1]["tensors"] == {"input": "ResizeBilinear", "output": "softmax"}
    uncut = np.load(workshop / "reference.npy")
    np.testing.assert_allclose(np.load(workshop / "reference-tensorflow.npy"), uncut, atol=2e-5)


def test_label_maps_are_found_beside_the_graph_and_as_folder_and_as_files(made: Made) -> None:
    cases = ("reference", "reference-tensorflow", "reference-maps")
    (text,) = {(made(case)[0] / "labels.txt").read_text() for case in cases}
    labels = text.splitlines()
    assert len(labels) == 1008
    assert labels[1] == "thing 1, object 1"
    assert (labels[0], labels[1007]) == ("class 0 (has no label)", "class 1007 (has no label)")


def test_fast_decoding_is_kept_in_the_manifest(made: Made) -> None:
    assert made("reference-maps")[1]["input"]["decode"] == "fast"


def test_other_resizing_is_said(made: Made, said: Said) -> None:
    made("centred")
    assert "resized otherwise" in said["centred"]["said"]
    assert "resized otherwise" not in said["reference"]["said"]


def test_report_says_where_the_images_come_from(made: Made) -> None:
    report = json.loads((made("reference")[0] / "parity.json").read_text())
    assert report["images"] == {"count": 4, "from": "of a folder of 5, 1 unreadable left out"}
