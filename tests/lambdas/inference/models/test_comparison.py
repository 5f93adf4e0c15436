"""Comparing the labels of two models, and deferring images within a limited memory."""

from collections.abc import Iterator
from weakref import WeakSet

import numpy as np
import pytest

from inference.messages import Label
from inference.models import comparison as module
from inference.models.comparison import (
    Comparison,
    PendingComparison,
    compare_labels,
    defer,
    max_deferred_bytes,
)

MAX_BYTES = 1000


def labels(**scores: float) -> tuple[Label, ...]:
    return tuple(Label(label, score) for label, score in scores.items())


@pytest.fixture
def no_deferred_images(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start without the images that other tests deferred, and check that none of this test's is left."""
    deferred: WeakSet[PendingComparison] = WeakSet()
    monkeypatch.setattr(module, "_deferred", deferred)
    yield
    assert not deferred, "a pending comparison without a reference must not count"


@pytest.mark.parametrize(
    ("other", "agrees", "difference"),
    [
        (labels(cat=0.7, dog=0.2, owl=0.1), True, 0.0),
        (labels(cat=0.6, dog=0.15, owl=0.25), True, 0.15),
        (labels(dog=0.5, cat=0.4, owl=0.1), False, 0.3),
        (labels(cat=0.5, cow=0.5), True, 0.2),
        (labels(cow=0.9, owl=0.1), False, 0.0),
        (labels(cow=0.9, pig=0.1), False, None),
    ],
)
def test_comparison_of_shared_labels_gives_largest_difference(
    other: tuple[Label, ...], agrees: bool, difference: float | None
) -> None:
    comparison = compare_labels(labels(cat=0.7, dog=0.2, owl=0.1), other)
    assert comparison.agrees is agrees
    assert comparison.difference == (difference if difference is None else pytest.approx(difference))


def test_comparison_of_repeated_label_uses_better_score() -> None:
    repeated = (Label("crane", 0.6), Label("owl", 0.3), Label("crane", 0.1))
    assert compare_labels(repeated, repeated) == Comparison(agrees=True, difference=0.0)
    assert compare_labels(repeated, labels(crane=0.6)) == Comparison(agrees=True, difference=0.0)


@pytest.mark.usefixtures("no_deferred_images")
def test_defer_keeps_images_within_memory_limit() -> None:
    array = np.zeros((1, 10, 10, 1), np.float32)
    first, second, third = defer(array, MAX_BYTES), defer(bytes(601), MAX_BYTES), defer(bytearray(600), MAX_BYTES)
    assert first.image is array
    assert second.image is None
    assert third.image == bytearray(600)
    assert defer(b"x", MAX_BYTES).image is None


@pytest.mark.usefixtures("no_deferred_images")
def test_released_or_dropped_image_frees_its_room() -> None:
    first = defer(bytes(1000), MAX_BYTES)
    assert first.release_image() == bytes(1000)
    assert first.release_image() is None
    second = defer(bytes(1000), MAX_BYTES)
    assert second.image is not None
    del second
    assert defer(bytes(1000), MAX_BYTES).image is not None


@pytest.mark.usefixtures("no_deferred_images")
def test_pending_comparison_without_image_releases_none() -> None:
    assert PendingComparison(None).release_image() is None


@pytest.mark.usefixtures("no_deferred_images")
def test_deferred_images_may_take_an_eighth_of_memory() -> None:
    assert max_deferred_bytes({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048"}) == 256 * 2**20
