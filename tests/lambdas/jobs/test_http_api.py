"""Bodies of requests to the HTTP API."""

import base64
import json
from typing import Any

import pytest

from jobs.errors import RequestError
from jobs.http_api import MAX_BODY_BYTES, parse_body

URLS = ["https://example.com/é.jpg"]


@pytest.mark.parametrize(
    "event",
    [
        {"body": json.dumps(URLS)},
        {"body": json.dumps(URLS, ensure_ascii=False), "isBase64Encoded": False},
        {"body": base64.b64encode(json.dumps(URLS, ensure_ascii=False).encode()).decode(), "isBase64Encoded": True},
        {"body": "\ufeff " + json.dumps(URLS)},
        {"body": json.dumps(URLS) + " " * (MAX_BODY_BYTES - len(json.dumps(URLS)))},
    ],
    ids=["ascii", "utf-8", "base64", "byte order mark", "maximum length"],
)
def test_body_is_parsed(event: dict[str, Any]) -> None:
    assert parse_body(event) == URLS


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "empty"),
        ({"body": None}, "empty"),
        ({"body": " \n"}, "empty"),
        ({"body": "https://example.com/"}, "not JSON (line 1, column 1"),
        ({"body": '["a",\n;]'}, "not JSON (line 2, column 1"),
        ({"body": '["a",\n]'}, "not JSON (line "),
        ({"body": "\ud800"}, "not JSON"),
        ({"body": "[" * 100_000}, "not JSON"),
        ({"body": "9" * 5000}, "not JSON"),
        ({"body": base64.b64encode(b"[\xff\xfe\xfd]").decode(), "isBase64Encoded": True}, "not JSON"),
        ({"body": "[]", "isBase64Encoded": True}, "Base64"),
        ({"body": " " * (MAX_BODY_BYTES + 1)}, "1,048,577 bytes; the limit is 1,048,576"),
        ({"body": "é" * (MAX_BODY_BYTES // 2 + 1)}, "1,048,578 bytes"),
        ({"body": base64.b64encode(bytes(MAX_BODY_BYTES + 1)).decode(), "isBase64Encoded": True}, "1,048,577 bytes"),
    ],
)
def test_invalid_body_is_refused(event: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_body(event)
    assert caught.value.status == 400
    assert message in caught.value.message
