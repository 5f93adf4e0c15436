"""Keras's preprocessing is measured: a scale and an offset, or else the first step of the graph."""

import json
from pathlib import Path

import numpy as np
import pytest


def test_transform_is_a_scale_if_equal_for_all_channels(workspace: Path) -> None:
    scales = json.loads((workspace / "scales.json").read_text())
    assert scales.pop("mobilenet") == pytest.approx((1 / 127.5, -1), rel=1e-6)
    assert scales == {"resnet": None, "densenet": None, "vgg16": None}


@pytest.mark.parametrize("name", ["mobilenet", "resnet", "densenet", "vgg16"])
def test_graph_preprocesses_like_keras(workspace: Path, name: str) -> None:
    by_keras, negated = np.load(workspace / f"{name}.colours.npy")
    np.testing.assert_allclose(-negated, by_keras, atol=1e-4)
