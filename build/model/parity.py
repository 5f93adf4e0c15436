"""Compare a converted model's scores with its source's, and report the result as parity.json."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build.errors import ModelImportError

TOLERANCE = 1e-4
_PACKAGES = ("ai-edge-litert", "keras", "numpy", "tensorflow-cpu")


@dataclass(frozen=True)
class Parity:
    """The agreement of two models' scores for the same images.

    Attributes:
        images: The number of images.
        top1: The fraction of images with the same best label.
        top5: The mean fraction of the five best labels that are the same.
        difference: The largest difference of a score, relative to the largest score if that is above 1.
    """

    images: int
    top1: float
    top5: float
    difference: float

    def check(self, precision: str, agreement: float, origin: str) -> None:
        """Check the agreement: for float32 equal best labels and TOLERANCE, else the fraction of equal best labels.

        Args:
            precision: float32, float16 or int8.
            agreement: The minimum fraction for a reduced precision.
            origin: A description of the images, for the message.

        Raises:
            ModelImportError: The agreement is too low.
        """
        exact = precision == "float32"
        if self.top1 >= (1.0 if exact else agreement) and not (exact and self.difference > TOLERANCE):
            return
        bounds = f"{TOLERANCE:.0e} and 100% of labels" if exact else f"{agreement:.1%} of labels"
        fix = "" if exact else "; use PRECISION=float32, or accept this with a lower AGREEMENT"
        raise ModelImportError(
            f"The {precision} model keeps the best label of {self.top1:.1%} of {self.images} images ({origin}) and "
            f"differs from its source by up to {self.difference:.1e}; the limit is {bounds}. Nothing was written{fix}."
        )

    def to_report(
        self, *, source: str, source_bytes: int, model_bytes: int, images: str, agreement: float | None
    ) -> dict[str, Any]:
        """Build the content of parity.json.

        Args:
            source: A description of the source.
            source_bytes: The size of the source.
            model_bytes: The size of the converted model.
            images: A description of the images.
            agreement: The minimum fraction of equal best labels for a reduced precision; None for float32.
        """
        return {
            "source": {"what": source, "bytes": source_bytes},
            "model": {"bytes": model_bytes},
            "images": {"count": self.images, "from": images},
            "top1_agreement": self.top1,
            "top5_agreement": self.top5,
            "largest_difference": self.difference,
            "bounds": {"top1_agreement": 1.0, "largest_difference": TOLERANCE}
            if agreement is None
            else {"top1_agreement": agreement},
            "versions": {package: version(package) for package in _PACKAGES},
        }


def compare(source: NDArray[np.float32], converted: NDArray[np.float32]) -> Parity:
    """Compare two models' scores, float32 [images, labels].

    Raises:
        ModelImportError: A score is not finite, or the numbers of labels differ.
    """
    for name, scores in (("model", source), ("converted model", converted)):
        if not np.isfinite(scores).all():
            raise ModelImportError(
                f"The {name} returns NaN or infinite scores: check the model's weights and the range of its input."
            )
    if source.shape != converted.shape:
        raise ModelImportError(
            f"The converted model returns {converted.shape[1]} scores and its source {source.shape[1]}."
        )
    largest = max(1.0, float(np.abs(source).max()))
    best, converted_best = (np.argsort(-scores, axis=1, kind="stable")[:, :5] for scores in (source, converted))
    shared = [len(set(a) & set(b)) / len(a) for a, b in zip(best, converted_best, strict=True)]
    return Parity(
        images=len(source),
        top1=float((best[:, 0] == converted_best[:, 0]).mean()),
        top5=float(np.mean(shared)),
        difference=float(np.abs(source - converted).max()) / largest,
    )
