"""Samples, and statistics of them: spread, ratios by repeat, growth with size, and agreement of labels."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Competitors that decode or resize differently on purpose, or do not classify images.
NOT_COMPARABLE = {"litert-fast", "lit_server", "raw_litert", "sgemm"}


@dataclass(frozen=True)
class Sample:
    """One measurement: `images` classified by a competitor on `cores` processors.

    Samples of equal `stage`, `case` and `repeat` were taken directly after each other and can be compared.

    Attributes:
        wall_seconds: Elapsed time for all images.
        cpu_seconds: Processor time for all images.
        peak_bytes: The competitor's peak memory until then.
        best: The best label of a single image.
    """

    stage: str
    competitor: str
    network: str
    case: str
    cores: int
    repeat: int
    images: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int | None = None
    best: str | None = None


Figure = Callable[[Sample], float]


@dataclass(frozen=True)
class Spread:
    """The median, minimum, maximum and number of some figures."""

    median: float
    least: float
    greatest: float
    count: int


@dataclass(frozen=True)
class Growth:
    """Seconds per additional image.

    Attributes:
        each: The slope of the least-squares line.
        least: The smallest slope between two neighbouring sizes.
        greatest: The largest slope between two neighbouring sizes.
        fixed: The intercept of the line: seconds that do not depend on the size.
    """

    each: float
    least: float
    greatest: float
    fixed: float


def wall(sample: Sample) -> float:
    """Return the elapsed seconds per image."""
    return sample.wall_seconds / sample.images


def cpu(sample: Sample) -> float:
    """Return the processor seconds per image."""
    return sample.cpu_seconds / sample.images


def select(samples: Iterable[Sample], **values: object) -> list[Sample]:
    """Select the samples whose fields have the given values."""
    return [sample for sample in samples if all(getattr(sample, name) == value for name, value in values.items())]


def compute_spread(figures: Iterable[float]) -> Spread | None:
    """Compute the spread of figures; None if there are none."""
    known = list(figures)
    return Spread(statistics.median(known), min(known), max(known), len(known)) if known else None


def compute_ratio(numerators: Sequence[Sample], denominators: Sequence[Sample], figure: Figure) -> Spread | None:
    """Compute the spread of the ratios of each repeat, so that a slow machine slows both sides."""
    by_repeat = {sample.repeat: figure(sample) for sample in denominators}
    return compute_spread(
        figure(sample) / by_repeat[sample.repeat] for sample in numerators if by_repeat.get(sample.repeat)
    )


def compute_growth(samples: Sequence[Sample], figure: Figure) -> Growth | None:
    """Compute how a figure grows with the number of images.

    Args:
        samples: Samples of several sizes.
        figure: Returns seconds per image.

    Returns:
        The growth; None for fewer than two sizes.
    """
    totals = [(sample.images, figure(sample) * sample.images) for sample in samples]
    sizes = sorted({images for images, _ in totals})
    if len(sizes) < 2:
        return None
    means = {size: statistics.fmean(total for images, total in totals if images == size) for size in sizes}
    slopes = [(means[more] - means[fewer]) / (more - fewer) for fewer, more in pairwise(sizes)]
    mean_images = statistics.fmean(images for images, _ in totals)
    mean_total = statistics.fmean(total for _, total in totals)
    slope = sum((images - mean_images) * (total - mean_total) for images, total in totals) / sum(
        (images - mean_images) ** 2 for images, _ in totals
    )
    return Growth(slope, min(slopes), max(slopes), mean_total - slope * mean_images)


def find_disagreements(samples: Sequence[Sample]) -> list[str]:
    """List a sentence for each image to which comparable competitors give different best labels."""
    labels: dict[tuple[str, str], dict[str, str]] = {}
    for sample in samples:
        if sample.best is not None and sample.competitor not in NOT_COMPARABLE:
            labels.setdefault((sample.network, sample.case), {})[sample.competitor] = sample.best
    return [
        f"{network} on {case}: the best label is {', '.join(f'{best} ({name})' for name, best in bests.items())}."
        for (network, case), bests in labels.items()
        if len(set(bests.values())) > 1
    ]
