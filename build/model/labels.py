"""Read label files: text, JSON, or the two label maps of ImageNet 2012."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from build.errors import ModelImportError

MAPS = ("imagenet_2012_challenge_label_map_proto.pbtxt", "imagenet_synset_to_human_label_map.txt")


def read_labels(paths: Sequence[Path], outputs: int) -> list[str]:
    """Read one label per output.

    Args:
        paths: A text file (one label a line), a .json file (a list or an object), the two label maps of ImageNet 2012,
            or their folder.
        outputs: The number of the model's outputs.

    Raises:
        ModelImportError: A file cannot be read, or has another number of labels.
    """
    files = [path / name for path in paths for name in MAPS] if [path.is_dir() for path in paths] == [True] else paths
    if len(files) == 2:
        by_kind = sorted(files, key=lambda path: path.suffix != ".pbtxt")
        return _join_maps(_read_text(by_kind[0]), _read_text(by_kind[1]), outputs)
    if len(files) != 1:
        raise ModelImportError(f"LABELS lists {len(files)} files: use one, or the two label maps of ImageNet 2012.")
    labels = _read_list(files[0])
    if len(labels) != outputs:
        raise ModelImportError(
            f"{files[0]} has {len(labels):,} labels but the model has {outputs:,} outputs: use one label per output."
        )
    if empty := [number for number, label in enumerate(labels) if not label]:
        raise ModelImportError(f"{files[0]} has an empty label for output {empty[0]}: name every output.")
    return labels


def count_labels(paths: Sequence[Path]) -> int | None:
    """Count the labels in a file; None for the label maps, which do not list all outputs."""
    return len(_read_list(paths[0])) if len(paths) == 1 and not paths[0].is_dir() else None


def find_maps(source: Path) -> list[Path]:
    """Find the two label maps of ImageNet 2012 if both are in the folder of a frozen graph."""
    if source.suffix != ".pb":
        return []
    maps = [source.parent / name for name in MAPS]
    return maps if all(path.is_file() for path in maps) else []


def number_labels(outputs: int) -> list[str]:
    """Create the labels "class 0", "class 1" and so on."""
    return [f"class {number}" for number in range(outputs)]


def _join_maps(numbers: str, names: str, outputs: int) -> list[str]:
    """Join output -> WordNet id and id -> name. Outputs without an id (the original has eight) get a numbered label."""
    pairs = re.findall(r'target_class:\s*(\d+)\s*target_class_string:\s*"([^"]+)"', numbers)
    name_by_id = dict(line.split("\t", 1) for line in names.splitlines() if "\t" in line)
    if not pairs or not name_by_id:
        raise ModelImportError(
            f"Invalid LABELS: not the two label maps of ImageNet 2012 ({MAPS[0]}, {MAPS[1]}); they have no entries."
        )
    ids = {int(number): synset for number, synset in pairs}
    if max(ids) >= outputs:
        raise ModelImportError(
            f"Invalid LABELS: the label maps have a label for output {max(ids):,}, but the model's {outputs:,} outputs "
            f"end at {outputs - 1:,}."
        )
    names_by_output = {output: " ".join(name_by_id.get(synset, synset).split()) for output, synset in ids.items()}
    return [names_by_output.get(number, f"class {number} (has no label)") for number in range(outputs)]


def _read_list(path: Path) -> list[str]:
    labels = _read_json(path) if path.suffix == ".json" else _read_text(path).rstrip().splitlines()
    return [" ".join(str(label).split()) for label in labels]


def _read_json(path: Path) -> Iterable[Any]:
    """Read a list of labels, or an object of number -> label, number -> [id, label], or label -> number."""
    try:
        content = json.loads(_read_text(path))
        if isinstance(content, dict):
            content = content.get("id2label", content)
        if isinstance(content, list):
            return content
        if all(isinstance(number, int) for number in content.values()):
            content = {number: label for label, number in content.items()}
        labels = {int(number): label for number, label in content.items()}
        if sorted(labels) != list(range(len(labels))):
            raise ModelImportError(
                f"{path} has gaps or duplicates: number its labels from 0 to {len(labels) - 1}, each once."
            )
        return [label[-1] if isinstance(label, list) else label for _, label in sorted(labels.items())]
    except (ValueError, TypeError, AttributeError, IndexError):
        raise ModelImportError(
            f"{path} is neither a JSON list of labels nor an object of numbers and labels."
        ) from None


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ModelImportError(f"Invalid LABELS: cannot read {path} ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ModelImportError(
            f"Invalid LABELS: {path} is not UTF-8 text. Save it as UTF-8, one label a line."
        ) from None
