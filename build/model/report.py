"""parity.json: what a conversion changed, and what was compared with what."""

from importlib.metadata import version
from typing import Any

from build.model.parity import TOLERANCE, Parity

_PACKAGES = ("ai-edge-litert", "keras", "numpy", "tensorflow-cpu")


def report(
    parity: Parity, *, source: str, source_bytes: int, model_bytes: int, images: str, agreement: float | None
) -> dict[str, Any]:
    """The report. `agreement` is the bound on the best label of a reduced precision, None for float32."""
    return {
        "source": {"what": source, "bytes": source_bytes},
        "model": {"bytes": model_bytes},
        "images": {"count": parity.images, "from": images},
        "top1_agreement": parity.top1,
        "top5_agreement": parity.top5,
        "largest_difference": parity.difference,
        "bounds": {"top1_agreement": 1.0, "largest_difference": TOLERANCE}
        if agreement is None
        else {"top1_agreement": agreement},
        "versions": {package: version(package) for package in _PACKAGES},
    }
