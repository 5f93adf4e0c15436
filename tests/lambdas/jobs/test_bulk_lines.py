"""Lines of lists in S3."""

from typing import Any

import pytest

from inference.errors import Code
from inference.messages import Rejection, Task
from jobs.bulk_lines import numbered, read
from jobs.refusal import Refusal
from jobs.request import Request

URL = "https://example.com/cat.jpg"
REQUEST = Request(3)


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
def test_a_line_is_a_task(line: object, task: Task) -> None:
    assert read(line, "job", 4, REQUEST) == task


def test_the_requests_model_is_for_lines_without_their_own() -> None:
    request = Request(3, model="pets")
    assert read(URL, "job", 4, request) == Task("job/4", URL, 3, "pets")
    assert read({"url": URL, "model": "digits"}, "job", 4, request) == Task("job/4", URL, 3, "digits")


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
def test_what_is_no_task_is_rejected(line: object) -> None:
    rejection = read(line, "job", 4, REQUEST)
    assert isinstance(rejection, Rejection)
    assert (rejection.id, rejection.code) == ("job/4", Code.BAD_TASK)


def test_items_bring_their_index() -> None:
    assert numbered([{"index": 7, "line": URL}, {"index": 8, "line": None}]) == [(7, URL), (8, None)]


@pytest.mark.parametrize("items", [[URL], [{"url": URL}], [{"index": "x", "line": URL}], [None]])
def test_items_without_an_index_are_refused(items: list[Any]) -> None:
    with pytest.raises(Refusal, match="ItemSelector"):
        numbered(items)
