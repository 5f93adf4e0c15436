"""A task that had no id gets one that stays; one that has it is not touched."""

import json

import pytest

from inference.messages import Task, parse_task
from sluice.dead_letters.letter import DeadLetter, read_text_field

NAME = "0b5a4d2e-1f6c-4f0c-9d53-6a3f3d1f7c11"


def _letter(body: str) -> DeadLetter:
    return DeadLetter(id=NAME, body=body, receipt="receipt")


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
    before, after = parse_task(body, NAME), parse_task(_letter(body).replay_body(), "another message")
    assert isinstance(before, Task)
    assert after == before


@pytest.mark.parametrize(
    "body", ['{"id": "mine",   "url": "https://example.org/cat.jpg"}', '{"id": 7}', "{broken", ' "" ', "{" * 100_000]
)
def test_what_has_an_id_or_is_no_task_stays_as_it_is(body: str) -> None:
    assert _letter(body).replay_body() == body


def test_a_rejection_keeps_its_id_too() -> None:
    assert json.loads(_letter('{"url": 5}').replay_body()) == {"url": 5, "id": NAME}


def test_words_are_text() -> None:
    assert read_text_field('{"id": "a", "model": 5}', "id") == "a"
    assert read_text_field('{"id": "a", "model": 5}', "model") is None
    assert read_text_field("{broken", "id") is None
