"""The options of an import, and how to parse them from text."""

import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from build.errors import ModelImportError
from inference.models import names

ENGINES = ("litert", "tensorflow")
PRECISIONS = {"float32": 1.0, "float16": 0.99, "int8": 0.95}  # the minimum agreement on the best label of each
DECODES = ("exact", "fast")
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)"


@dataclass(frozen=True)
class Scale:
    """The conversion of pixels (0..255) to the model's input: pixel * scale + offset."""

    scale: float
    offset: float


@dataclass(frozen=True)
class ImportOptions:
    """The options of an import; None means that the model decides.

    Attributes:
        source: A file, a folder, or keras:NAME.
        name: The model's name.
        labels: Files of labels.
        size: (height, width), for models that accept any size.
        scale: The scale of pixels; see Scale.
        decode: exact or fast.
        engine: litert or tensorflow.
        precision: float32, float16 or int8.
        agreement: The minimum fraction of images (0..1) with the same best label as the source's.
        weights: For keras:NAME: imagenet, none, or a file.
        images: A folder of images for the parity check; generated images without it.
        softmax: Whether to append a softmax.
    """

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


def parse_name(text: str) -> str:
    """Check that a model can have the name `text`."""
    if not names.is_valid(text):
        raise ModelImportError(f"Invalid NAME {text!r}: use {names.RULE}.")
    return text


def parse_choice(option: str, text: str, choices: tuple[str, ...]) -> str:
    """Check that `text` is one of the choices of an option."""
    if text not in choices:
        raise ModelImportError(f"Invalid {option} {text!r}: choose one of {', '.join(choices)}.")
    return text


def parse_paths(text: str) -> list[Path]:
    """Parse the path `text`, or several paths separated by commas or spaces."""
    return [Path(text)] if text and Path(text).exists() else [Path(part) for part in re.split(r"[,\s]+", text) if part]


def parse_folder(option: str, text: str) -> Path | None:
    """Parse the folder `text`; None for an empty string."""
    if text and not Path(text).is_dir():
        raise ModelImportError(f"Invalid {option}: the folder {text} does not exist.")
    return Path(text) if text else None


def parse_size(text: str) -> tuple[int, int] | None:
    """Parse "224" or "224x320" as (height, width); None for an empty string."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,4})(?:[xX](\d{1,4}))?", text.strip())
    if match is None or not int(match[1]) or not int(match[2] or 1):
        raise ModelImportError(f"Invalid SIZE {text!r}: use one side (224) or height x width (224x320).")
    return int(match[1]), int(match[2] or match[1])


def parse_scale(text: str) -> Scale | None:
    """Parse a range ("0..1"), a fraction ("1/255") or scale and offset ("0.0078,-1"); None for an empty string."""
    if not text:
        return None
    plain = text.replace(" ", "").lower()
    if match := re.fullmatch(rf"{_NUMBER}\.\.{_NUMBER}", plain):
        low, high = float(match[1]), float(match[2])
        scale = Scale((high - low) / 255, low)
    elif match := re.fullmatch(rf"{_NUMBER}/{_NUMBER}(?:,{_NUMBER})?", plain):
        scale = Scale(float(match[1]) / (float(match[2]) or float("inf")), float(match[3] or 0))
    elif match := re.fullmatch(rf"{_NUMBER}(?:,{_NUMBER})?", plain):
        scale = Scale(float(match[1]), float(match[2] or 0))
    else:
        scale = Scale(0, 0)
    if not scale.scale or not isfinite(scale.scale + scale.offset):
        raise ModelImportError(
            f"Invalid SCALE {text!r}: use the range of the model's input (0..1, -1..1 or 0..255), a fraction (1/255), "
            "or SCALE,OFFSET (0.00784,-1: pixels of 0..255 times the scale, plus the offset)."
        )
    return scale


def parse_agreement(text: str, precision: str) -> float:
    """Parse a fraction of 0 to 1; an empty string gives the default of the precision."""
    if not text:
        return PRECISIONS[precision]
    match = re.fullmatch(r"\d*\.?\d+", text.strip())
    if match is None or float(text) > 1:
        raise ModelImportError(
            f"Invalid AGREEMENT {text!r}: use a number from 0 to 1, the minimum fraction of images that keep their "
            "best label."
        )
    return float(text)


def parse_softmax(text: str) -> bool | None:
    """Parse "yes" or "no"; None for an empty string, which lets the model's scores decide."""
    return {"yes": True, "no": False}[parse_choice("SOFTMAX", text, ("yes", "no"))] if text else None
