"""Pages of results."""

import json
from typing import Any

import pytest

from jobs.errors import RequestError
from jobs.http_api import json_reply
from jobs.status import MAX_PAGE_BYTES, parse_first, read_page


def make_lines(count: int, size: int) -> bytes:
    return b"".join(json.dumps({"id": n, "text": '"' * size}).encode() + b"\n" for n in range(count))


def test_few_results_are_one_page() -> None:
    results, next_first = read_page(make_lines(1000, 100), 0)
    assert [result["id"] for result in results] == list(range(1000))
    assert next_first is None
    assert len(read_page(make_lines(1000, 100), 990)[0]) == 10


def test_pages_cover_all_results() -> None:
    content, first, seen = make_lines(1000, 5000), 0, []
    while True:
        results, next_first = read_page(content, first)
        seen += [result["id"] for result in results]
        if next_first is None:
            break
        first = next_first
        assert first == len(seen)
    assert seen == list(range(1000))


def test_page_fits_into_a_reply() -> None:
    results, next_first = read_page(make_lines(1000, 5000), 0)
    assert next_first is not None
    assert 4_000_000 < len(json.dumps(json_reply(200, {"results": results}))) < 6_000_000


def test_page_has_at_least_one_result() -> None:
    results, next_first = read_page(make_lines(2, MAX_PAGE_BYTES), 0)
    assert (len(results), next_first) == (1, 1)


@pytest.mark.parametrize(
    ("event", "first"),
    [({}, 0), ({"queryStringParameters": None}, 0), ({"queryStringParameters": {"from": "17"}}, 17)],
)
def test_first_index_comes_from_the_query(event: dict[str, Any], first: int) -> None:
    assert parse_first(event) == first


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "9" * 10, "²"])
def test_invalid_first_index_is_refused(value: str) -> None:
    with pytest.raises(RequestError, match="whole number"):
        parse_first({"queryStringParameters": {"from": value}})


def test_first_index_past_the_end_is_refused() -> None:
    with pytest.raises(RequestError, match='"from" is 3, but the job has 3'):
        read_page(make_lines(3, 1), 3)
