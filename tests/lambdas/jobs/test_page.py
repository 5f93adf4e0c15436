"""As many results as an answer holds."""

import json
from typing import Any

import pytest

from jobs.page import MAX_BYTES, page, start
from jobs.refusal import Refusal
from jobs.reply import reply


def lines(count: int, size: int) -> bytes:
    return b"".join(json.dumps({"id": n, "text": '"' * size}).encode() + b"\n" for n in range(count))


def test_what_fits_is_one_page() -> None:
    results, following = page(lines(1000, 100), 0)
    assert [result["id"] for result in results] == list(range(1000))
    assert following is None
    assert len(page(lines(1000, 100), 990)[0]) == 10


def test_pages_follow_each_other_without_a_gap() -> None:
    content, first, seen = lines(1000, 5000), 0, []
    while True:
        results, following = page(content, first)
        seen += [result["id"] for result in results]
        if following is None:
            break
        first = following
        assert first == len(seen)
    assert seen == list(range(1000))


def test_a_page_fits_into_a_functions_answer_whatever_it_holds() -> None:
    results, following = page(lines(1000, 5000), 0)
    assert following is not None
    assert 4_000_000 < len(json.dumps(reply(200, {"results": results}))) < 6_000_000


def test_a_result_larger_than_a_page_is_one() -> None:
    results, following = page(lines(2, MAX_BYTES), 0)
    assert (len(results), following) == (1, 1)


@pytest.mark.parametrize(
    ("event", "first"),
    [({}, 0), ({"queryStringParameters": None}, 0), ({"queryStringParameters": {"from": "17"}}, 17)],
)
def test_where_it_begins_is_asked_for(event: dict[str, Any], first: int) -> None:
    assert start(event) == first


@pytest.mark.parametrize("given", ["", "-1", "1.5", "x", "9" * 10, "²"])
def test_what_is_no_index_is_refused(given: str) -> None:
    with pytest.raises(Refusal, match="whole number"):
        start({"queryStringParameters": {"from": given}})


def test_an_index_past_the_end_is_refused() -> None:
    with pytest.raises(Refusal, match='"from" is 3, and the job has 3'):
        page(lines(3, 1), 3)
