"""How two versions of a model agree."""

import pytest

from inference.messages import Label
from inference.models.comparison import Comparison, compare


def labels(**scores: float) -> tuple[Label, ...]:
    return tuple(Label(label, score) for label, score in scores.items())


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
def test_best_labels_agree_and_scores_of_shared_labels_are_compared(
    other: tuple[Label, ...], agrees: bool, difference: float | None
) -> None:
    found = compare(labels(cat=0.7, dog=0.2, owl=0.1), other)
    assert found.agrees is agrees
    assert found.difference == (difference if difference is None else pytest.approx(difference))


def test_of_a_label_that_is_there_twice_the_better_score_counts() -> None:
    twice = (Label("crane", 0.6), Label("owl", 0.3), Label("crane", 0.1))
    assert compare(twice, twice) == Comparison(agrees=True, difference=0.0)
    assert compare(twice, labels(crane=0.6)) == Comparison(agrees=True, difference=0.0)
