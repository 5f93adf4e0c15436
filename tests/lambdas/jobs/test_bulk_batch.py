"""Lines of a list in S3 as tasks."""

from typing import Any

import pytest

from inference.errors import Code
from inference.messages import Rejection, Task
from jobs.bulk_batch import parse_items, parse_line
from jobs.errors import RequestError
from jobs.request import JobRequest

URL = "https://example.com/cat.jpg"
REQUEST = JobRequest(3)


@pytest.mark.parametrize(
    ("line", "task"),
    [
        (URL, Task("job/4", URL, 3)),
        ({"url": URL}, Task("job/4", URL, 3)),
        ({"url": URL, "id": "mine", "top": 7}, Task("mine", URL, 7)),
        ({"url": URL, "colour": "red", "size": None}, Task("job/4", URL, 3)),
        ({"url": URL, "id": "", "top": ""}, Task("job/4", URL, 3)),
        ({"url": URL, "id": None, "top": None}, Task("job/4", URL, 3)),
        ({"url": URL, "id": "7", "top": "7"}, Task("7", URL, 7)),
        ({"\ufeffurl ": URL, " top": " 2 "}, Task("job/4", URL, 2)),
        ({"url": URL, "model": "pets"}, Task("job/4", URL, 3, "pets")),
        ({"url": URL, "model": ""}, Task("job/4", URL, 3)),
    ],
)
def test_line_is_parsed_as_task(line: object, task: Task) -> None:
    assert parse_line(line, "job", 4, REQUEST) == task


def test_request_model_applies_to_lines_without_model() -> None:
    request = JobRequest(3, model="pets")
    assert parse_line(URL, "job", 4, request) == Task("job/4", URL, 3, "pets")
    assert parse_line({"url": URL, "model": "digits"}, "job", 4, request) == Task("job/4", URL, 3, "digits")


@pytest.mark.parametrize(
    "line",
    [
        None,
        7,
        [URL],
        "",
        {},
        {"address": URL},
        {"url": ""},
        {"url": URL, "top": "many"},
        {"url": URL, "id": "a b"},
        {"url": URL, "model": "No Name"},
    ],
)
def test_invalid_line_is_rejected(line: object) -> None:
    rejection = parse_line(line, "job", 4, REQUEST)
    assert isinstance(rejection, Rejection)
    assert (rejection.id, rejection.code) == ("job/4", Code.BAD_TASK)


def test_items_are_parsed_with_index() -> None:
    assert parse_items([{"index": 7, "line": URL}, {"index": 8, "line": None}]) == [(7, URL), (8, None)]


@pytest.mark.parametrize("items", [[URL], [{"url": URL}], [{"index": "x", "line": URL}], [None]])
def test_items_without_index_are_refused(items: list[Any]) -> None:
    with pytest.raises(RequestError, match="ItemSelector"):
        parse_items(items)
