"""Label files of every kind to one label per output."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from build.errors import ModelImportError

MAPS = ("imagenet_2012_challenge_label_map_proto.pbtxt", "imagenet_synset_to_human_label_map.txt")


def read(paths: Sequence[Path], outputs: int) -> list[str]:
    """Labels from a text file (one a line), a .json file (a list or object), or 2012's two label maps or their folder.

    Raises ModelImportError when a file cannot be read or the count is not `outputs`.
    """
    files = [path / name for path in paths for name in MAPS] if [path.is_dir() for path in paths] == [True] else paths
    if len(files) == 2:
        by_kind = sorted(files, key=lambda path: path.suffix != ".pbtxt")
        return _maps(_text(by_kind[0]), _text(by_kind[1]), outputs)
    if len(files) != 1:
        raise ModelImportError(f"LABELS names {len(files)} files; give one, or the two label maps of 2012's ImageNet.")
    labels = _listed(files[0])
    if len(labels) != outputs:
        raise ModelImportError(
            f"{files[0]} has {len(labels):,} labels and the model has {outputs:,} outputs: one for each."
        )
    if empty := [number for number, label in enumerate(labels) if not label]:
        raise ModelImportError(f"{files[0]} has an empty label for output {empty[0]}: give every output a name.")
    return labels


def count(paths: Sequence[Path]) -> int | None:
    """How many labels one file holds; None of the label maps, which do not say how many outputs there are."""
    return len(_listed(paths[0])) if len(paths) == 1 and not paths[0].is_dir() else None


def beside(source: Path) -> list[Path]:
    """2012's two label maps, when both lie beside a frozen graph."""
    if source.suffix != ".pb":
        return []
    found = [source.parent / name for name in MAPS]
    return found if all(path.is_file() for path in found) else []


def numbered(outputs: int) -> list[str]:
    """Labels for want of better ones."""
    return [f"class {number}" for number in range(outputs)]


def _maps(numbers: str, names: str, outputs: int) -> list[str]:
    """Labels by way of WordNet's ids. Outputs without an id (the original has eight) get a label that says so."""
    pairs = re.findall(r'target_class:\s*(\d+)\s*target_class_string:\s*"([^"]+)"', numbers)
    named = dict(line.split("\t", 1) for line in names.splitlines() if "\t" in line)
    if not pairs or not named:
        raise ModelImportError(f"LABELS are not 2012's two label maps, {MAPS[0]} and {MAPS[1]}: no entries were found.")
    ids = {int(number): synset for number, synset in pairs}
    if max(ids) >= outputs:
        raise ModelImportError(
            f"The label maps name output {max(ids):,}, and the model's {outputs:,} end at {outputs - 1:,}."
        )
    return [
        " ".join(named.get(ids[number], ids[number]).split()) if number in ids else f"class {number} (has no label)"
        for number in range(outputs)
    ]


def _listed(path: Path) -> list[str]:
    found = _json(path) if path.suffix == ".json" else _text(path).rstrip().splitlines()
    return [" ".join(str(label).split()) for label in found]


def _json(path: Path) -> Iterable[Any]:
    """A list of labels, or an object from numbers to labels (or to [id, label]), or from labels to numbers."""
    try:
        found = json.loads(_text(path))
        if isinstance(found, dict):
            found = found.get("id2label", found)
        if isinstance(found, list):
            return found
        if all(isinstance(number, int) for number in found.values()):
            found = {number: label for label, number in found.items()}
        numbers = {int(number): label for number, label in found.items()}
        if sorted(numbers) != list(range(len(numbers))):
            raise ModelImportError(f"{path} must number its labels from 0 to {len(numbers) - 1}, each once.")
        return [label[-1] if isinstance(label, list) else label for _, label in sorted(numbers.items())]
    except (ValueError, TypeError, AttributeError, IndexError):
        raise ModelImportError(
            f"{path} is neither a JSON list of labels nor an object of numbers and labels."
        ) from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ModelImportError(f"LABELS: {path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ModelImportError(f"LABELS: {path} is no UTF-8 text; save it as UTF-8, one label a line.") from None
