"""How two versions of a model agree on an image."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.messages import Label


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether both have the same best label, and the largest difference (0 to 1) between their scores of one label.

    `difference` is None when they have no label in common.
    """

    agrees: bool
    difference: float | None


def compare(current: Sequence[Label], other: Sequence[Label]) -> Comparison:
    """Compare all labels of both, each best first. Of a label that a model has twice, the better score counts."""
    ours, theirs = ({entry.label: entry.score for entry in reversed(labels)} for labels in (current, other))
    differences = [abs(ours[label] - theirs[label]) for label in ours.keys() & theirs.keys()]
    return Comparison(current[0].label == other[0].label, max(differences, default=None))
