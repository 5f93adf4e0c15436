"""A conversion that changes scores is refused, with the figures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model import parity

SOURCE: NDArray[np.float32] = np.array([[0.3, 0.7], [0.50002, 0.49998]], np.float32)


def test_rounding_is_accepted_and_reported() -> None:
    result = parity.compare(SOURCE, SOURCE + np.float32(2e-6))
    assert (result.images, result.top1, result.top5) == (2, 1.0, 1.0)
    assert result.difference == pytest.approx(2e-6, rel=0.1)
    result.check("float32", 1.0, "two")


@pytest.mark.parametrize(
    ("converted", "figures"),
    [(SOURCE + np.float32(2e-4), r"100\.0% of 2 .* 2\.0e-04"), (SOURCE[:, ::-1], r"0\.0% of 2 .* 4\.0e-01")],
    ids=["off", "swapped"],
)
def test_large_difference_is_refused(converted: NDArray[np.float32], figures: str) -> None:
    with pytest.raises(ModelImportError, match=figures):
        parity.compare(SOURCE, converted).check("float32", 1.0, "two")


def test_changed_best_label_is_refused_at_any_difference() -> None:
    converted = SOURCE.copy()
    converted[1] = converted[1, ::-1]
    result = parity.compare(SOURCE, converted)
    assert result.difference < parity.TOLERANCE
    with pytest.raises(ModelImportError, match=r"keeps the best label of 50\.0% of 2 images \(two\)"):
        result.check("float32", 1.0, "two")
    result.check("int8", 0.5, "two")
    with pytest.raises(ModelImportError, match=r"the limit is 51\.0% of labels"):
        result.check("int8", 0.51, "two")


def test_scores_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ModelImportError, match="The converted model returns NaN or infinite scores"):
        parity.compare(SOURCE, SOURCE * np.float32(np.nan))
    with pytest.raises(ModelImportError, match="The model returns NaN or infinite scores"):
        parity.compare(SOURCE * np.float32(np.inf), SOURCE)


def test_logits_are_compared_relative_to_the_largest() -> None:
    assert parity.compare(SOURCE * 1000, SOURCE * 1000 + np.float32(0.07)).difference == pytest.approx(1e-4, rel=0.1)


def test_five_best_labels_are_compared_as_a_set() -> None:
    scores = np.arange(10, dtype=np.float32)[np.newaxis]
    swapped = scores.copy()
    swapped[0, [4, 5]] = swapped[0, [5, 4]]
    assert parity.compare(scores, swapped).top5 == pytest.approx(0.8)
