"""Whether a cost grows linearly: what each further image adds, from one size to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.samples import Figure, Sample


@dataclass(frozen=True)
class Growth:
    """Seconds that an image adds: by the line of least squares, and the least and greatest between two sizes.

    `fixed` is what the line says is paid once.
    """

    each: float
    least: float
    greatest: float
    fixed: float


def growth(samples: Sequence[Sample], figure: Figure) -> Growth | None:
    """Of samples of several sizes; `figure` gives seconds an image. None of fewer than two sizes."""
    totals = [(sample.images, figure(sample) * sample.images) for sample in samples]
    sizes = sorted({images for images, _ in totals})
    if len(sizes) < 2:
        return None
    means = {size: _mean([total for images, total in totals if images == size]) for size in sizes}
    slopes = [(means[more] - means[fewer]) / (more - fewer) for fewer, more in pairwise(sizes)]
    centre, level = _mean([images for images, _ in totals]), _mean([total for _, total in totals])
    slope = sum((images - centre) * (total - level) for images, total in totals) / sum(
        (images - centre) ** 2 for images, _ in totals
    )
    return Growth(slope, min(slopes), max(slopes), level - slope * centre)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
