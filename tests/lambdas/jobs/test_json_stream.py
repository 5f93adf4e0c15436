"""JSON arrays read block by block."""

import json
from collections.abc import Iterator

import pytest

from jobs.json_stream import iterate_array

OBJECTS = [{"n": n, "text": 'é🐈 [],{}"\\' * 5, "list": [{"a": None}]} for n in range(50)]


def split_blocks(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [1, 7, 64, 1_000_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_elements_do_not_depend_on_block_size(size: int, indent: int | None) -> None:
    content = json.dumps(OBJECTS, ensure_ascii=False, indent=indent).encode()
    assert list(iterate_array(split_blocks(b" " + content + b"\n", size))) == OBJECTS


def test_first_element_needs_only_first_blocks() -> None:
    blocks = split_blocks(json.dumps(OBJECTS).encode(), 500)
    assert next(iterate_array(blocks)) == OBJECTS[0]
    assert next(blocks)


def test_empty_array_has_no_elements() -> None:
    assert list(iterate_array([b"[ ", b"]"])) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'[{"a": 1}', b'[{"a": 1}, {"b"', b"[] []", b'[{"a": 1} x]'])
def test_incomplete_or_other_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not one JSON array"):
        list(iterate_array([content]))
