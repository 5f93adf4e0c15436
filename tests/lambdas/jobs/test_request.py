"""Requests read and refused entry by entry, and what docs/jobs.md says of them."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.fetch import s3
from jobs import source
from jobs.refusal import Refusal
from jobs.request import Request, read
from tests.support.lambdas.document import schemas

URL = "https://example.com/cat.jpg"
SOURCE = "s3://lists/2026/all.jsonl"
BUCKETS = {"lists": "000000000000"}


@pytest.mark.parametrize(
    ("given", "name", "request_"),
    [
        ([URL], None, Request(5, (URL,))),
        ({"urls": [URL]}, None, Request(5, (URL,))),
        ({"urls": [URL, "", "nonsense"], "top": 100, "name": "a_B-9"}, "a_B-9", Request(100, (URL, "", "nonsense"))),
        ([URL] * 1000, None, Request(5, (URL,) * 1000)),
        ({"source": SOURCE}, None, Request(5, (), SOURCE)),
        ({"urls": [URL], "model": "pets-2"}, None, Request(5, (URL,), model="pets-2")),
        ({"source": SOURCE, "model": "p"}, None, Request(5, (), SOURCE, "p")),
        ({"source": f" {SOURCE} ", "top": 1, "name": "a" * 64}, "a" * 64, Request(1, (), SOURCE)),
    ],
)
def test_a_request_is_read(given: object, name: str | None, request_: Request) -> None:
    assert read(given) == (name, request_)
    assert Request.from_json(request_.to_json()) == request_
    assert Draft202012Validator(schemas("jobs")["request"]).is_valid(given)


REFUSED: list[tuple[Any, str]] = [
    ("text", "The body is a string"),
    (7, "The body is a number"),
    (None, "The body is null"),
    (True, "The body is a boolean"),
    ({}, '"urls"'),
    ([], "empty; send 1 to 1,000"),
    ({"urls": []}, "empty"),
    ({"urls": URL}, '"urls" is a string'),
    ({"urls": {"0": URL}}, '"urls" is an object'),
    ({"urls": None}, '"urls" is null'),
    ([URL] * 1001, "1,001 entries; at most 1,000 are taken, so urls[1000]"),
    ([URL, 7], "urls[1] is a number"),
    ([URL, URL, None], "urls[2] is null"),
    ([{"url": URL}], "urls[0] is an object"),
    ([[URL]], "urls[0] is a list"),
    ([URL, True], "urls[1] is a boolean"),
    ({"urls": [URL], "url": URL}, '"url" is unknown'),
    ({"urls": [URL], "source": SOURCE}, "either"),
    ({"urls": [URL], "top": 0}, '"top"'),
    ({"urls": [URL], "top": 101}, '"top"'),
    ({"urls": [URL], "top": "5"}, '"top"'),
    ({"urls": [URL], "top": True}, '"top"'),
    ({"urls": [URL], "model": ""}, '"model"'),
    ({"urls": [URL], "model": None}, '"model"'),
    ({"urls": [URL], "model": "Pets"}, "lower-case"),
    ({"source": SOURCE, "model": "p" * 32}, "1 to 31"),
    ({"urls": [URL], "name": ""}, "1 to 64"),
    ({"urls": [URL], "name": "a" * 65}, "1 to 64"),
    ({"urls": [URL], "name": "a/b"}, "1 to 64"),
    ({"urls": [URL], "name": "é"}, "1 to 64"),
    ({"urls": [URL], "name": None}, "1 to 64"),
    ({"source": 7}, '"source" is a number'),
    ({"source": "https://example.com/all.csv"}, "s3://bucket/key"),
    ({"source": "s3://lists/"}, "s3://bucket/key"),
    ({"source": "s3://lists/all.json"}, ".jsonl or .csv"),
    ({"source": "s3://lists/all.CSV"}, ".jsonl or .csv"),
]


@pytest.mark.parametrize(("given", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_no_request_is_refused_with_a_sentence(given: object, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        source.read(read(given)[1].source or "", BUCKETS)
    assert refused.value.status == 400
    assert words in refused.value.message
    assert not Draft202012Validator(schemas("jobs")["request"]).is_valid(given)


def test_a_name_ends_where_it_ends() -> None:
    with pytest.raises(Refusal, match="1 to 64"):
        read({"urls": [URL], "name": "a\n"})
    with pytest.raises(Refusal, match="1 to 31"):
        read({"urls": [URL], "model": "a\n"})


def test_a_request_that_names_no_model_is_kept_as_ever() -> None:
    assert Request(5, (URL,)).to_json() == b'{"top":5,"urls":["https://example.com/cat.jpg"]}'


def test_a_source_lies_in_a_bucket_that_is_allowed() -> None:
    assert source.read(SOURCE, BUCKETS) == source.Source("lists", "2026/all.jsonl")
    with pytest.raises(Refusal, match="bucket list is not on the list"):
        source.read("s3://list/all.csv", BUCKETS)


@pytest.mark.parametrize("setting", ["lists", "[]", '["lists"]'])
def test_a_setting_that_cannot_be_understood_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match="SOURCE_BUCKETS"):
        s3.parse_buckets("SOURCE_BUCKETS", setting)
    assert s3.parse_buckets("SOURCE_BUCKETS", "") == {}
    assert s3.parse_buckets("SOURCE_BUCKETS", '{"lists": "000000000000"}') == BUCKETS


def test_equal_requests_are_equal_bytes() -> None:
    one, other = read({"top": 3, "urls": [URL, "é\ud800"]}), read({"urls": [URL, "é\ud800"], "top": 3, "name": "x"})
    assert one[1].to_json() == other[1].to_json()
    assert one[1].to_json().isascii()
