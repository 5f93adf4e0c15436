"""Bodies of requests, as the HTTP API hands them on."""

import base64
import json
from typing import Any

import pytest

from jobs import body
from jobs.refusal import Refusal

URLS = ["https://example.com/é.jpg"]


@pytest.mark.parametrize(
    "event",
    [
        {"body": json.dumps(URLS)},
        {"body": json.dumps(URLS, ensure_ascii=False), "isBase64Encoded": False},
        {"body": base64.b64encode(json.dumps(URLS, ensure_ascii=False).encode()).decode(), "isBase64Encoded": True},
        {"body": "\ufeff " + json.dumps(URLS)},
        {"body": json.dumps(URLS) + " " * (body.MAX_BYTES - len(json.dumps(URLS)))},
    ],
    ids=["ascii", "utf-8", "base64", "byte order mark", "as long as may be"],
)
def test_a_body_is_read(event: dict[str, Any]) -> None:
    assert body.read(event) == URLS


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({}, "empty"),
        ({"body": None}, "empty"),
        ({"body": " \n"}, "empty"),
        ({"body": "https://example.com/"}, "not JSON (line 1, column 1"),
        ({"body": '["a",\n]'}, "not JSON (line 2, column 1"),
        ({"body": "\ud800"}, "not JSON"),
        ({"body": "[" * 100_000}, "not JSON"),
        ({"body": "9" * 5000}, "not JSON"),
        ({"body": base64.b64encode(b"[\xff\xfe\xfd]").decode(), "isBase64Encoded": True}, "not JSON"),
        ({"body": "[]", "isBase64Encoded": True}, "Base64"),
        ({"body": " " * (body.MAX_BYTES + 1)}, "1,048,577 bytes; at most 1,048,576"),
        ({"body": "é" * (body.MAX_BYTES // 2 + 1)}, "1,048,578 bytes"),
        ({"body": base64.b64encode(bytes(body.MAX_BYTES + 1)).decode(), "isBase64Encoded": True}, "1,048,577 bytes"),
    ],
)
def test_what_is_no_body_is_refused_with_a_sentence(event: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as refused:
        body.read(event)
    assert refused.value.status == 400
    assert words in refused.value.message
