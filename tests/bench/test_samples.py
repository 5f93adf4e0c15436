"""The statistics: spreads, ratios paired by repeat, growth."""

import pytest

from bench.growth import growth
from bench.samples import Sample, Spread, chosen, cpu, paired, spread, wall


def sample(contestant: str = "litert", repeat: int = 0, wall: float = 1.0, images: int = 1, **other: object) -> Sample:
    fields: dict[str, object] = {"stage": "cold", "network": "InceptionV3", "case": "1 MP", "cores": 1}
    fields |= {"cpu_seconds": wall / 2, "peak_bytes": 1, **other}
    return Sample(contestant=contestant, repeat=repeat, wall_seconds=wall, images=images, **fields)  # type: ignore[arg-type]


def test_a_spread_is_median_and_extremes() -> None:
    assert spread([3.0, 1.0, 2.0, 10.0]) == Spread(2.5, 1.0, 10.0, 4)
    assert spread([]) is None


def test_a_ratio_compares_what_was_measured_in_the_same_repeat() -> None:
    """The machine was ten times slower in the second repeat; that changes no ratio."""
    ours = [sample(repeat=0, wall=1), sample(repeat=1, wall=10), sample(repeat=2, wall=2)]
    theirs = [sample("reference", 1, 40), sample("reference", 0, 4)]
    assert paired(theirs, ours, wall) == Spread(4.0, 4.0, 4.0, 2)
    assert paired(ours, [], wall) is None


def test_seconds_are_of_one_image() -> None:
    assert wall(sample(wall=5.0, images=10)) == 0.5
    assert cpu(sample(wall=5.0, images=10)) == 0.25


def test_samples_are_chosen_by_all_that_is_asked() -> None:
    known = [sample(), sample("onnx"), sample("onnx", cores=2)]
    assert chosen(known, contestant="onnx", cores=2) == [known[2]]


def test_growth_finds_the_line_and_where_it_bends() -> None:
    straight = [sample(wall=3 + 2 * images, images=images) for images in (1, 2, 5, 10)]
    found = growth(straight, wall)
    assert found is not None
    assert (found.each, found.least, found.greatest, found.fixed) == pytest.approx((2, 2, 2, 3))
    bent = growth([*straight, sample(wall=100, images=20)], wall)
    assert bent is not None
    assert bent.greatest == pytest.approx(7.7)
    assert growth(straight[:1], wall) is None
