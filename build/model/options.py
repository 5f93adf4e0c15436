"""What a person asks of an import, in the forms that a person writes."""

import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from build.errors import ModelImportError
from inference.models import names

ENGINES = ("litert", "tensorflow")
PRECISIONS = {"float32": 1.0, "float16": 0.99, "int8": 0.95}  # and the least agreement on the best label
DECODES = ("exact", "fast")
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)"


@dataclass(frozen=True)
class Scale:
    """How pixels (0..255) become what a network takes: pixel * scale + offset."""

    scale: float
    offset: float


@dataclass(frozen=True)
class Wish:
    """An import's settings; None where the model is to say it. `size` is (height, width)."""

    source: str
    name: str
    labels: list[Path]
    size: tuple[int, int] | None = None
    scale: Scale | None = None
    decode: str = "exact"
    engine: str = "litert"
    precision: str = "float32"
    agreement: float = 1.0
    weights: str = "imagenet"
    images: Path | None = None
    softmax: bool | None = None


def name(text: str) -> str:
    """A name that a bundle may have."""
    if not names.is_valid(text):
        raise ModelImportError(
            f"NAME is {text!r}; a model's name has 1 to 31 small letters, digits and hyphens, a letter first."
        )
    return text


def one_of(what: str, text: str, known: tuple[str, ...]) -> str:
    """`text`, when it is one of the `known` words."""
    if text not in known:
        raise ModelImportError(f"{what} is {text!r}; it must be one of: {', '.join(known)}.")
    return text


def paths(text: str) -> list[Path]:
    """The file or folder that `text` names, or several with a comma or space between."""
    return [Path(text)] if text and Path(text).exists() else [Path(part) for part in re.split(r"[,\s]+", text) if part]


def folder(what: str, text: str) -> Path | None:
    """The folder that `text` names; None of nothing."""
    if text and not Path(text).is_dir():
        raise ModelImportError(f"{what}: there is no folder {text}.")
    return Path(text) if text else None


def size(text: str) -> tuple[int, int] | None:
    """(height, width) of "224" or "224x320" (height first); None of nothing."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,4})(?:[xX](\d{1,4}))?", text.strip())
    if match is None or not int(match[1]) or not int(match[2] or 1):
        raise ModelImportError(f"SIZE is {text!r}; write 224, or height x width as in 224x320.")
    return int(match[1]), int(match[2] or match[1])


def scale(text: str) -> Scale | None:
    """The scale of a range ("0..1", "-1..1"), a fraction ("1/255") or two numbers ("0.0078,-1"); None of nothing."""
    if not text:
        return None
    plain = text.replace(" ", "").lower()
    if match := re.fullmatch(rf"{_NUMBER}\.\.{_NUMBER}", plain):
        low, high = float(match[1]), float(match[2])
        found = Scale((high - low) / 255, low)
    elif match := re.fullmatch(rf"{_NUMBER}/{_NUMBER}(?:,{_NUMBER})?", plain):
        found = Scale(float(match[1]) / (float(match[2]) or float("inf")), float(match[3] or 0))
    elif match := re.fullmatch(rf"{_NUMBER}(?:,{_NUMBER})?", plain):
        found = Scale(float(match[1]), float(match[2] or 0))
    else:
        found = Scale(0, 0)
    if not found.scale or not isfinite(found.scale + found.offset):
        raise ModelImportError(
            f"SCALE is {text!r}; write the range that the model takes, as 0..1, -1..1 or 0..255, or 1/255, or "
            "SCALE,OFFSET as in 0.00784,-1 (pixels of 0..255 times the scale, plus the offset)."
        )
    return found


def agreement(text: str, precision: str) -> float:
    """The least share of images (0..1) whose best label a conversion keeps; nothing gives the precision's own."""
    if not text:
        return PRECISIONS[precision]
    match = re.fullmatch(r"\d*\.?\d+", text.strip())
    if match is None or float(text) > 1:
        raise ModelImportError(
            f"AGREEMENT is {text!r}; it is the least share of images with the same best label: 0 to 1."
        )
    return float(text)


def softmax(text: str) -> bool | None:
    """Whether a softmax is put after the model; nothing leaves it to what the model's scores are."""
    return {"yes": True, "no": False}[one_of("SOFTMAX", text, ("yes", "no"))] if text else None
