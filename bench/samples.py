"""What is measured, and the few figures that are made of it."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One measurement: `images` answered by a contestant that may use `cores` processors.

    Samples of equal `stage`, `case` and `repeat` were taken one right after the other and may be compared.
    `peak_bytes` is the most memory that the contestant had taken until then; `best` the label of the first image.
    """

    stage: str
    contestant: str
    network: str
    case: str
    cores: int
    repeat: int
    images: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int | None = None
    best: str | None = None


@dataclass(frozen=True)
class Spread:
    """Median, least and greatest of some figures, and how many they are."""

    median: float
    least: float
    greatest: float
    count: int


def spread(figures: Iterable[float]) -> Spread | None:
    """None of no figures."""
    known = list(figures)
    return Spread(statistics.median(known), min(known), max(known), len(known)) if known else None


def chosen(samples: Iterable[Sample], **wanted: object) -> list[Sample]:
    """Those samples whose fields have the wanted values."""
    return [sample for sample in samples if all(getattr(sample, name) == value for name, value in wanted.items())]


Figure = Callable[[Sample], float]


def paired(ours: Sequence[Sample], theirs: Sequence[Sample], figure: Figure) -> Spread | None:
    """The quotient ours / theirs of a figure, repeat by repeat, so that what slows the machine slows both."""
    other = {sample.repeat: figure(sample) for sample in theirs}
    return spread(figure(sample) / other[sample.repeat] for sample in ours if other.get(sample.repeat))


def wall(sample: Sample) -> float:
    """Seconds on the clock for an image."""
    return sample.wall_seconds / sample.images


def cpu(sample: Sample) -> float:
    """Processor seconds for an image."""
    return sample.cpu_seconds / sample.images
