"""A task that had no id gets one that stays; one that has it is not touched."""

import json

import pytest

from inference.messages import Task, parse_task
from sluice.dead_letters.body import with_id, word

NAME = "0b5a4d2e-1f6c-4f0c-9d53-6a3f3d1f7c11"


@pytest.mark.parametrize(
    "body",
    [
        "https://example.org/cat.jpg",
        ' "https://example.org/cat.jpg"\n',
        '{"url": "https://example.org/cat.jpg", "top": 3, "model": "pets"}',
        ' {"url": "https://example.org/kätzchen.jpg"}',
    ],
)
def test_the_worker_reads_the_same_task_under_the_same_id(body: str) -> None:
    before, after = parse_task(body, NAME), parse_task(with_id(body, NAME), "another message")
    assert isinstance(before, Task)
    assert after == before


@pytest.mark.parametrize(
    "body", ['{"id": "mine",   "url": "https://example.org/cat.jpg"}', '{"id": 7}', "{broken", ' "" ', "{" * 100_000]
)
def test_what_has_an_id_or_is_no_task_stays_as_it_is(body: str) -> None:
    assert with_id(body, NAME) == body


def test_a_rejection_keeps_its_id_too() -> None:
    assert json.loads(with_id('{"url": 5}', NAME)) == {"url": 5, "id": NAME}


def test_words_are_text() -> None:
    assert word('{"id": "a", "model": 5}', "id") == "a"
    assert word('{"id": "a", "model": 5}', "model") is None
    assert word("{broken", "id") is None
