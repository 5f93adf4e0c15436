"""Parsing tasks, and the schemas and examples of messages in docs/messages.md."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.errors import Code
from inference.messages import Label, Prediction, Rejection, Task, parse_task, parse_task_fields, to_json
from tests.support.lambdas.document import list_documented_codes, load_example, load_schema

URL = "https://example.com/cat.jpg"


@pytest.mark.parametrize(
    ("body", "task"),
    [
        (URL, Task("m", URL)),
        (f"  {URL}\r\n", Task("m", URL)),
        (f'"{URL}"', Task("m", URL)),
        (f"' {URL} '", Task("m", URL)),
        (json.dumps({"url": URL}), Task("m", URL)),
        (json.dumps({"url": f" {URL} ", "id": "a", "top": 100}), Task("a", URL, 100)),
        (f'\n{{"url": "{URL}", "top": 1}}\n', Task("m", URL, 1)),
        (json.dumps({"url": URL, "id": "!" * 128}), Task("!" * 128, URL)),
        (json.dumps({"url": URL, "model": "pets-2"}), Task("m", URL, model="pets-2")),
    ],
)
def test_task_is_parsed(body: str, task: Task) -> None:
    assert parse_task(body, "m") == task


@pytest.mark.parametrize(
    ("body", "id_", "url", "word"),
    [
        (None, "m", None, "text"),
        (b"bytes", "m", None, "text"),
        ("", "m", None, "empty"),
        (' "" ', "m", None, "empty"),
        ("{", "m", None, "JSON"),
        ("{" * 100_000, "m", None, "JSON"),
        ('{"url": ' + "9" * 5000 + "}", "m", None, "JSON"),
        ("{}", "m", None, '"url"'),
        ('{"url": null}', "m", None, '"url"'),
        ('{"url": ["a"], "id": "mine"}', "mine", None, '"url"'),
        ('{"url": " "}', "m", None, '"url"'),
        (r'{"url": "s3://photos/\ud800.jpg"}', "m", None, "lone surrogates"),
        (json.dumps({"url": "a" * 8193}), "m", None, "8,192"),
        ("a" * 8193, "m", None, "8,192"),
        (json.dumps({"url": URL, "id": ""}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": "a b"}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": "a\n"}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": "é"}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": "a" * 129}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": 7}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": None}), "m", URL, '"id"'),
        (json.dumps({"url": URL, "id": "mine", "top": 0}), "mine", URL, '"top"'),
        (json.dumps({"url": URL, "top": 101}), "m", URL, '"top"'),
        (json.dumps({"url": URL, "top": True}), "m", URL, '"top"'),
        (json.dumps({"url": URL, "top": 5.0}), "m", URL, '"top"'),
        (json.dumps({"url": URL, "top": "5"}), "m", URL, '"top"'),
        (json.dumps({"url": URL, "model": None}), "m", URL, '"model"'),
        (json.dumps({"url": URL, "model": "pets\n"}), "m", URL, "1 to 31"),
        (json.dumps({"url": URL, "model": "pets@1"}), "m", URL, '"model"'),
        (json.dumps({"url": URL, "tpo": 5}), "m", URL, '"tpo"'),
    ],
)  # fmt: skip
def test_invalid_task_is_rejected(body: object, id_: str, url: str | None, word: str) -> None:
    rejection = parse_task(body, "m")
    assert isinstance(rejection, Rejection)
    assert rejection.id == id_
    assert rejection.url == url
    assert rejection.code is Code.BAD_TASK
    assert word in rejection.message
    Draft202012Validator(load_schema("rejection")).validate(json.loads(to_json(rejection)))


def test_fields_that_are_not_an_object_are_rejected() -> None:
    for fields in ("text", 7, None):
        assert isinstance(parse_task_fields(fields, "m"), Rejection)


@pytest.mark.parametrize(
    "fields",
    [
        {"url": URL},
        {"url": URL, "id": "a", "top": 1},
        {"url": ""},
        {"url": "a" * 8192},
        {"url": "a" * 8193},
        {"url": URL, "id": ""},
        {"url": URL, "id": "~" * 128},
        {"url": URL, "id": "~" * 129},
        {"url": URL, "id": " "},
        {"url": URL, "top": 100},
        {"url": URL, "top": 101},
        {"url": URL, "top": 0},
        {"url": URL, "model": "a"},
        {"url": URL, "model": "a" + "-" * 30},
        {"url": URL, "model": "a" * 32},
        {"url": URL, "model": "1a"},
        {"url": URL, "model": ""},
        {"url": URL, "model": None},
        {"url": URL, "other": 0},
        {"url": 1},
        {},
    ],
)
def test_task_schema_allows_what_is_parsed(fields: dict[str, Any]) -> None:
    assert Draft202012Validator(load_schema("task")).is_valid(fields) is isinstance(
        parse_task_fields(fields, "m"), Task
    )


def test_result_is_one_line_of_ascii() -> None:
    url = "s3://b/é\ud800\u2028\0.jpg"
    for result in (
        Prediction("a", url, (Label("Katze 🐈", 0.5),), "digits", "0" * 64, 0.1),
        Rejection("a", url, Code.BAD_IMAGE, "Schade \u2013 kaputt."),
    ):
        text = to_json(result)
        assert text.isascii()
        assert text.isprintable()
        kind = "prediction" if isinstance(result, Prediction) else "rejection"
        Draft202012Validator(load_schema(kind)).validate(json.loads(text))
        assert json.loads(text)["url"] == url


@pytest.mark.parametrize("kind", ["task", "prediction", "rejection"])
def test_documented_examples_match_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(load_schema(kind))
    Draft202012Validator(load_schema(kind)).validate(load_example("messages", kind))


def test_document_lists_every_code() -> None:
    codes = [code.value for code in Code]
    assert load_schema("rejection")["properties"]["rejection"]["properties"]["code"]["enum"] == codes
    assert list_documented_codes("messages") == codes
