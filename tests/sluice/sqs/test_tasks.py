"""Lines are parsed as tasks, and invalid ones are refused by their number."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from inference import messages
from sluice.errors import SluiceError
from sluice.sqs.tasks import NumberedTask, parse_tasks


def test_parse_tasks_skips_but_counts_comments_and_empty_lines() -> None:
    lines = [b"\xef\xbb\xbf# a catalogue\n", b"\n", b" http://x/1 \r\n", b'{"url": "http://x/2", "id": "2"}\n']
    assert list(parse_tasks(lines)) == [
        NumberedTask(3, "http://x/1"),
        NumberedTask(4, '{"url": "http://x/2", "id": "2"}'),
    ]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("http://x/ü", {"url": "http://x/ü", "model": "pets", "top": 3}),
        ('"http://x/1"', {"url": "http://x/1", "model": "pets", "top": 3}),
        ('{"url": "http://x/1", "top": 1}', {"url": "http://x/1", "model": "pets", "top": 1}),
    ],
)
def test_parse_tasks_adds_model_and_top_as_defaults(line: str, body: dict[str, Any]) -> None:
    (task,) = parse_tasks([line], "pets", 3)
    assert json.loads(task.body) == body
    assert not isinstance(messages.parse_task(task.body, "0"), messages.Rejection)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff\n", "Line 2 is not UTF-8 text"),
        (b"{not json\n", "Line 2 is not a valid task: The task begins like JSON but is not"),
        (b'{"uri": "http://x/1"}', 'Line 2 is not a valid task: In the task, "url" must be'),
        (b'{"url": "http://x/1", "model": "No!"}', 'Line 2 is not a valid task: In the task, "model" must be'),
        (b"http://x/\x00", r"Line 2 is not a valid task: it has the character U\+0000, which SQS does not accept"),
        (b'{"url": "x"' + b" " * 262_144 + b"}", "Line 2 is not a valid task: it has more than 262,144 bytes"),
    ],
)
def test_parse_tasks_refuses_invalid_line_by_number(line: bytes, message: str) -> None:
    with pytest.raises(SluiceError, match=message):
        list(parse_tasks([b"http://x/1\n", line]))


def test_parse_tasks_counts_bytes_not_characters() -> None:
    with pytest.raises(SluiceError, match="more than 262,144 bytes"):
        list(parse_tasks([f'{{"url": "http://x/{"ü" * 140_000}"}}']))


def test_parse_tasks_reads_lines_one_by_one() -> None:
    lines_read = 0

    def lines() -> Iterator[str]:
        nonlocal lines_read
        for number in range(1_000_000):
            lines_read += 1
            yield f"http://x/{number}"

    tasks = parse_tasks(lines())
    assert [next(tasks).line for _ in range(3)] == [1, 2, 3]
    assert lines_read == 3
