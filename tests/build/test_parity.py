"""A conversion that changes what the model says is refused."""

import numpy as np
import pytest
from numpy.typing import NDArray

from build import parity

SOURCE: NDArray[np.float32] = np.array([[0.3, 0.7], [0.50002, 0.49998]], np.float32)


def test_rounding_is_accepted_and_reported() -> None:
    assert parity.compare(SOURCE, SOURCE + np.float32(2e-6)) == pytest.approx(2e-6, rel=0.1)


@pytest.mark.parametrize(
    "converted",
    [SOURCE + np.float32(2e-4), SOURCE[:, ::-1], SOURCE * np.float32(np.nan)],
    ids=["off", "swapped", "nan"],
)
def test_difference_is_refused(converted: NDArray[np.float32]) -> None:
    with pytest.raises(parity.ParityError, match="differs from its source by"):
        parity.compare(SOURCE, converted)


def test_changed_best_label_is_refused_however_small_the_difference() -> None:
    converted = SOURCE.copy()
    converted[1] = converted[1, ::-1]
    with pytest.raises(parity.ParityError, match="changes the best label of 1 of 2 images"):
        parity.compare(SOURCE, converted)
