"""Label files of every kind, and the errors of invalid ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from build.errors import ModelImportError
from build.model import labels


@pytest.mark.parametrize(
    "content",
    [
        ["ant", " bee\t"],
        {"0": "ant", "1": "bee"},
        {"1": ["n1", "bee"], "0": ["n0", "ant"]},
        {"ant": 0, "bee": 1},
        {"id2label": {"0": "ant", "1": "bee"}},
    ],
)
def test_json_labels_in_every_form(tmp_path: Path, content: Any) -> None:
    (tmp_path / "labels.json").write_text(json.dumps(content))
    assert labels.read_labels([tmp_path / "labels.json"], 2) == ["ant", "bee"]


@pytest.mark.parametrize("content", ["3", '{"0": 1.5, "x": "y"}', "{", '{"0": [], "1": []}'])
def test_invalid_json_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.json").write_text(content)
    with pytest.raises(ModelImportError, match="neither a JSON list of labels nor an object"):
        labels.read_labels([tmp_path / "labels.json"], 2)


def test_json_numbers_with_a_gap_are_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text('{"0": "ant", "2": "bee"}')
    with pytest.raises(ModelImportError, match="from 0 to 1, each once"):
        labels.read_labels([tmp_path / "labels.json"], 2)


def test_text_with_an_empty_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("\ufeffant\r\nbee\n\n")
    assert labels.read_labels([tmp_path / "labels.txt"], 2) == ["ant", "bee"]
    (tmp_path / "labels.txt").write_text("ant\n\nbee\n")
    with pytest.raises(ModelImportError, match="empty label for output 1"):
        labels.read_labels([tmp_path / "labels.txt"], 3)


def test_unreadable_label_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelImportError, match=r"labels\.txt is not UTF-8 text"):
        labels.read_labels([tmp_path / "labels.txt"], 2)
    with pytest.raises(ModelImportError, match=r"cannot read .*nowhere\.txt"):
        labels.read_labels([tmp_path / "nowhere.txt"], 2)
    with pytest.raises(ModelImportError, match="LABELS lists 3 files"):
        labels.read_labels([tmp_path] * 3, 2)


def test_label_maps_without_entries_are_refused(tmp_path: Path) -> None:
    for name in labels.MAPS:
        (tmp_path / name).write_text("ant\n")
    with pytest.raises(ModelImportError, match="not the two label maps of ImageNet 2012"):
        labels.read_labels([tmp_path], 2)
