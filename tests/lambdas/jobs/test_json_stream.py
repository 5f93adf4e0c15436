"""Arrays read piece by piece."""

import json
from collections.abc import Iterator

import pytest

from jobs.json_stream import elements

OBJECTS = [{"n": n, "text": 'é🐈 [],{}"\\' * 5, "list": [{"a": None}]} for n in range(50)]


def cut(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [1, 7, 64, 1_000_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_elements_come_one_by_one_however_the_text_is_cut(size: int, indent: int | None) -> None:
    content = json.dumps(OBJECTS, ensure_ascii=False, indent=indent).encode()
    assert list(elements(cut(b" " + content + b"\n", size))) == OBJECTS


def test_the_first_comes_before_the_last_is_read() -> None:
    blocks = cut(json.dumps(OBJECTS).encode(), 500)
    assert next(elements(blocks)) == OBJECTS[0]
    assert next(blocks)


def test_an_empty_array_has_none() -> None:
    assert list(elements([b"[ ", b"]"])) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'[{"a": 1}', b'[{"a": 1}, {"b"', b"[] []", b'[{"a": 1} x]'])
def test_what_is_not_one_whole_array_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not one JSON array"):
        list(elements([content]))
