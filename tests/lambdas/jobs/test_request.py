"""Requests of jobs, parsed and refused as docs/schemas/request.json says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.fetch import s3
from jobs.errors import RequestError
from jobs.request import JobRequest, ListSource, parse_request, parse_source
from tests.support.lambdas.document import load_schema

URL = "https://example.com/cat.jpg"
SOURCE = "s3://lists/2026/all.jsonl"
BUCKETS = {"lists": "000000000000"}


@pytest.mark.parametrize(
    ("body", "name", "request_"),
    [
        ([URL], None, JobRequest(5, (URL,))),
        ({"urls": [URL]}, None, JobRequest(5, (URL,))),
        ({"urls": [URL, "", "nonsense"], "top": 100, "name": "a_B-9"}, "a_B-9", JobRequest(100, (URL, "", "nonsense"))),
        ([URL] * 1000, None, JobRequest(5, (URL,) * 1000)),
        ({"source": SOURCE}, None, JobRequest(5, (), SOURCE)),
        ({"urls": [URL], "model": "pets-2"}, None, JobRequest(5, (URL,), model="pets-2")),
        ({"source": SOURCE, "model": "p"}, None, JobRequest(5, (), SOURCE, "p")),
        ({"source": f" {SOURCE} ", "top": 1, "name": "a" * 64}, "a" * 64, JobRequest(1, (), SOURCE)),
    ],
)
def test_request_is_parsed(body: object, name: str | None, request_: JobRequest) -> None:
    assert parse_request(body) == (name, request_)
    assert JobRequest.from_json(request_.to_json()) == request_
    assert Draft202012Validator(load_schema("request")).is_valid(body)


REFUSED: list[tuple[Any, str]] = [
    ("text", "The body is a string"),
    (7, "The body is a number"),
    (None, "The body is null"),
    (True, "The body is a boolean"),
    ({}, '"urls"'),
    ([], "empty: send 1 to 1,000"),
    ({"urls": []}, "empty"),
    ({"urls": URL}, '"urls" is a string'),
    ({"urls": {"0": URL}}, '"urls" is an object'),
    ({"urls": None}, '"urls" is null'),
    ([URL] * 1001, "1,001 entries; the limit is 1,000, so urls[1000]"),
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


@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_invalid_request_is_refused(body: object, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_source(parse_request(body)[1].source or "", BUCKETS)
    assert caught.value.status == 400
    assert message in caught.value.message
    assert not Draft202012Validator(load_schema("request")).is_valid(body)


def test_name_with_line_break_is_refused() -> None:
    with pytest.raises(RequestError, match="1 to 64"):
        parse_request({"urls": [URL], "name": "a\n"})
    with pytest.raises(RequestError, match="1 to 31"):
        parse_request({"urls": [URL], "model": "a\n"})


def test_request_without_model_has_no_model_field() -> None:
    assert JobRequest(5, (URL,)).to_json() == b'{"top":5,"urls":["https://example.com/cat.jpg"]}'


def test_source_must_be_in_an_allowed_bucket() -> None:
    assert parse_source(SOURCE, BUCKETS) == ListSource("lists", "2026/all.jsonl")
    with pytest.raises(RequestError, match="bucket list is not on the list") as refused:
        parse_source("s3://list/all.csv", BUCKETS)
    assert refused.value.status == 400


@pytest.mark.parametrize("setting", ["lists", "[]", '["lists"]'])
def test_invalid_buckets_setting_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match="SOURCE_BUCKETS"):
        s3.parse_buckets("SOURCE_BUCKETS", setting)
    assert s3.parse_buckets("SOURCE_BUCKETS", "") == {}
    assert s3.parse_buckets("SOURCE_BUCKETS", '{"lists": "000000000000"}') == BUCKETS


def test_equal_requests_have_equal_json() -> None:
    one, other = (
        parse_request({"top": 3, "urls": [URL, "é\ud800"]}),
        parse_request({"urls": [URL, "é\ud800"], "top": 3, "name": "x"}),
    )
    assert one[1].to_json() == other[1].to_json()
    assert one[1].to_json().isascii()
