"""Statistics of samples: spreads, ratios by repeat, growth, and agreement of labels."""

import pytest

from bench.samples import (
    Sample,
    Spread,
    compute_growth,
    compute_ratio,
    compute_spread,
    cpu,
    find_disagreements,
    select,
    wall,
)


def create_sample(
    competitor: str = "litert", repeat: int = 0, wall: float = 1.0, images: int = 1, **other: object
) -> Sample:
    fields: dict[str, object] = {"stage": "cold", "network": "InceptionV3", "case": "1 MP", "cores": 1}
    fields |= {"cpu_seconds": wall / 2, "peak_bytes": 1, **other}
    return Sample(competitor=competitor, repeat=repeat, wall_seconds=wall, images=images, **fields)  # type: ignore[arg-type]


def test_spread_has_median_minimum_and_maximum() -> None:
    assert compute_spread([3.0, 1.0, 2.0, 10.0]) == Spread(2.5, 1.0, 10.0, 4)
    assert compute_spread([]) is None


def test_ratio_compares_samples_of_the_same_repeat() -> None:
    """A machine that is ten times slower in the second repeat changes no ratio."""
    ours = [create_sample(repeat=0, wall=1), create_sample(repeat=1, wall=10), create_sample(repeat=2, wall=2)]
    theirs = [create_sample("reference", 1, 40), create_sample("reference", 0, 4)]
    assert compute_ratio(theirs, ours, wall) == Spread(4.0, 4.0, 4.0, 2)
    assert compute_ratio(ours, [], wall) is None


def test_figures_are_per_image() -> None:
    assert wall(create_sample(wall=5.0, images=10)) == 0.5
    assert cpu(create_sample(wall=5.0, images=10)) == 0.25


def test_samples_are_selected_by_all_values() -> None:
    known = [create_sample(), create_sample("onnx"), create_sample("onnx", cores=2)]
    assert select(known, competitor="onnx", cores=2) == [known[2]]


def test_growth_has_slope_and_extremes_between_sizes() -> None:
    straight = [create_sample(wall=3 + 2 * images, images=images) for images in (1, 2, 5, 10)]
    growth = compute_growth(straight, wall)
    assert growth is not None
    assert (growth.each, growth.least, growth.greatest, growth.fixed) == pytest.approx((2, 2, 2, 3))
    bent = compute_growth([*straight, create_sample(wall=100, images=20)], wall)
    assert bent is not None
    assert bent.greatest == pytest.approx(7.7)
    assert compute_growth(straight[:1], wall) is None


def test_disagreement_names_the_labels_of_competitors() -> None:
    equal = [
        create_sample("reference", best="cat"),
        create_sample("litert", best="cat"),
        create_sample("lit_server", best="dog"),
    ]
    assert find_disagreements(equal) == []
    (disagreement,) = find_disagreements([*equal, create_sample("onnx", best="dog")])
    assert disagreement == "InceptionV3 on 1 MP: the best label is cat (reference), cat (litert), dog (onnx)."


def test_images_of_another_size_are_not_compared() -> None:
    assert find_disagreements([create_sample(best="cat"), create_sample("onnx", best="dog", case="12 MP")]) == []
