"""What Keras does to pixels is found by asking it: a scale and offset, or else the first step of the graph."""

import json
from pathlib import Path

import numpy as np
import pytest


def test_only_what_is_the_same_for_all_channels_is_a_scale(workshop: Path) -> None:
    scales = json.loads((workshop / "scales.json").read_text())
    assert scales.pop("mobilenet") == pytest.approx((1 / 127.5, -1), rel=1e-6)
    assert scales == {"resnet": None, "densenet": None, "vgg16": None}


@pytest.mark.parametrize("name", ["mobilenet", "resnet", "densenet", "vgg16"])
def test_graph_prepares_as_keras_does(workshop: Path, name: str) -> None:
    by_keras, negated = np.load(workshop / f"{name}.colours.npy")
    np.testing.assert_allclose(-negated, by_keras, atol=1e-4)
