"""Whether a converted model still says what its source says, in figures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Parity:
    """How alike two models' scores of the same images are.

    `top1` is the share of images with the same best label, `top5` the mean share of the five best labels that both
    name, `difference` the largest between two scores of one label; scores larger than 1 count by their size.
    """

    images: int
    top1: float
    top5: float
    difference: float

    def check(self, precision: str, agreement: float, origin: str) -> None:
        """Raises ModelImportError for float32 off by more than rounding, or too few kept labels (`agreement`)."""
        exact = precision == "float32"
        if self.top1 >= (1.0 if exact else agreement) and not (exact and self.difference > TOLERANCE):
            return
        bounds = f"a difference of {TOLERANCE:.0e} and every label the same" if exact else f"{agreement:.1%} of labels"
        cure = "" if exact else "; use PRECISION=float32, or set AGREEMENT= if that is good enough"
        raise ModelImportError(
            f"The {precision} model keeps the best label of {self.top1:.1%} of {self.images} images ({origin}) and "
            f"differs from its source by up to {self.difference:.1e}; the bound is {bounds}. Nothing was written{cure}."
        )


def compare(source: NDArray[np.float32], converted: NDArray[np.float32]) -> Parity:
    """Compare two models' scores, float32 [images, labels]. Raises ModelImportError for scores that are not numbers."""
    for whose, scores in (("model", source), ("converted model", converted)):
        if not np.isfinite(scores).all():
            raise ModelImportError(f"The {whose} gives scores that are no numbers (NaN or infinite): mend the model.")
    if source.shape != converted.shape:
        raise ModelImportError(
            f"The converted model gives {converted.shape[1]} scores and its source {source.shape[1]}."
        )
    largest = max(1.0, float(np.abs(source).max()))
    ours, theirs = (np.argsort(-scores, axis=1, kind="stable")[:, :5] for scores in (source, converted))
    shared = [len(set(one) & set(other)) / len(one) for one, other in zip(ours, theirs, strict=True)]
    return Parity(
        images=len(source),
        top1=float((ours[:, 0] == theirs[:, 0]).mean()),
        top5=float(np.mean(shared)),
        difference=float(np.abs(source - converted).max()) / largest,
    )
