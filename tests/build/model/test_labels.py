"""Label files of every kind, and the sentences for those that are wrong."""

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
def test_json_forms(tmp_path: Path, content: Any) -> None:
    (tmp_path / "labels.json").write_text(json.dumps(content))
    assert labels.read([tmp_path / "labels.json"], 2) == ["ant", "bee"]


@pytest.mark.parametrize("content", ["3", '{"0": 1.5, "x": "y"}', "{", '{"0": [], "1": []}'])
def test_other_json_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.json").write_text(content)
    with pytest.raises(ModelImportError, match="neither a JSON list of labels nor an object"):
        labels.read([tmp_path / "labels.json"], 2)


def test_numbers_with_a_gap_are_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text('{"0": "ant", "2": "bee"}')
    with pytest.raises(ModelImportError, match="from 0 to 1, each once"):
        labels.read([tmp_path / "labels.json"], 2)


def test_text_may_end_in_empty_lines_and_have_none_between(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("\ufeffant\r\nbee\n\n")
    assert labels.read([tmp_path / "labels.txt"], 2) == ["ant", "bee"]
    (tmp_path / "labels.txt").write_text("ant\n\nbee\n")
    with pytest.raises(ModelImportError, match="empty label for output 1"):
        labels.read([tmp_path / "labels.txt"], 3)


def test_what_is_no_text_and_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelImportError, match=r"labels\.txt is no UTF-8 text"):
        labels.read([tmp_path / "labels.txt"], 2)
    with pytest.raises(ModelImportError, match=r"nowhere\.txt cannot be read"):
        labels.read([tmp_path / "nowhere.txt"], 2)
    with pytest.raises(ModelImportError, match="LABELS names 3 files"):
        labels.read([tmp_path] * 3, 2)


def test_maps_that_are_none_are_refused(tmp_path: Path) -> None:
    for name in labels.MAPS:
        (tmp_path / name).write_text("ant\n")
    with pytest.raises(ModelImportError, match="are not 2012's two label maps"):
        labels.read([tmp_path], 2)
