"""A replay keeps the ID of its task: one without an ID receives that of its message."""

import json

import pytest

from inference.messages import Task, parse_task
from sluice.dead_letters.letter import DeadLetter, read_text_field

MESSAGE_ID = "0b5a4d2e-1f6c-4f0c-9d53-6a3f3d1f7c11"


def replay_body(body: str) -> str:
    return DeadLetter(id=MESSAGE_ID, body=body, receipt="receipt").replay_body()


@pytest.mark.parametrize(
    "body",
    [
        "https://example.org/cat.jpg",
        ' "https://example.org/cat.jpg"\n',
        '{"url": "https://example.org/cat.jpg", "top": 3, "model": "pets"}',
        ' {"url": "https://example.org/kätzchen.jpg"}',
    ],
)
def test_replay_body_is_the_same_task_with_the_same_id(body: str) -> None:
    before, after = parse_task(body, MESSAGE_ID), parse_task(replay_body(body), "another message")
    assert isinstance(before, Task)
    assert after == before


@pytest.mark.parametrize(
    "body", ['{"id": "mine",   "url": "https://example.org/cat.jpg"}', '{"id": 7}', "{broken", ' "" ', "{" * 100_000]
)
def test_replay_body_with_id_or_invalid_is_unchanged(body: str) -> None:
    assert replay_body(body) == body


def test_replay_body_of_invalid_url_keeps_id() -> None:
    assert json.loads(replay_body('{"url": 5}')) == {"url": 5, "id": MESSAGE_ID}


def test_read_text_field_ignores_other_types() -> None:
    assert read_text_field('{"id": "a", "model": 5}', "id") == "a"
    assert read_text_field('{"id": "a", "model": 5}', "model") is None
    assert read_text_field("{broken", "id") is None
