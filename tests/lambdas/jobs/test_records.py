"""Error items, with the codes and sentences that docs/jobs.md lists, and the limits that it states."""

import pytest
from jsonschema import Draft202012Validator

from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from jobs import http_api, records, request, retry_until, status
from jobs.errors import StoreUnavailableError
from jobs.records import error_item
from pipeline.concurrency import CONCURRENT_IMAGES
from tests.support.lambdas.document import list_documented_codes, load_example, load_schema, text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        *((error.__name__, error.code) for error in (SourceUnavailableError, OutOfTimeError, ModelError)),
        (StoreUnavailableError.__name__, StoreUnavailableError.code),
        ("States.Timeout", "timeout"),
        ("Sandbox.Timedout", "timeout"),
        (records.RESULT_MISSING, "result_missing"),
        ("ZeroDivisionError", "unexpected"),
        ("Lambda.TooManyRequestsException", "unexpected"),
    ],
)
def test_error_item_has_code_of_error_name(error: str, code: str) -> None:
    item = error_item("a", None, error)
    assert item["error"]["code"] == code
    Draft202012Validator(load_schema("error_item")).validate(item)


def test_codes_are_those_of_schema_and_document() -> None:
    codes = list(records.MESSAGES)
    assert load_schema("error_item")["properties"]["error"]["properties"]["code"]["enum"] == codes
    assert list_documented_codes("jobs") == codes
    assert len(set(records.MESSAGES.values())) == len(codes)


def test_unexpected_error_is_named_in_the_message() -> None:
    assert "occurred: ZeroDivisionError." in error_item("a", None, "ZeroDivisionError")["error"]["message"]


def test_example_of_job_contains_example_of_error_item() -> None:
    predicted, failed = load_example("jobs", "job")["results"]
    Draft202012Validator(load_schema("prediction")).validate(predicted)
    assert failed == load_example("jobs", "error_item")
    assert failed == error_item(failed["id"], failed["url"], "SourceUnavailableError")


@pytest.mark.parametrize("url", [None, "", "x" * 8193, 7, ["x"]])
def test_error_item_without_valid_address_has_null(url: object) -> None:
    item = error_item("a", url, "Lambda.TooManyRequestsException")
    assert item["url"] is None
    Draft202012Validator(load_schema("error_item")).validate(item)


@pytest.mark.parametrize(
    "sentence",
    [
        f"more than {http_api.MAX_BODY_BYTES // 2**20} MiB",
        f"more than {request.MAX_URLS:,} entries",
        f"about {status.MAX_PAGE_BYTES / 1_000_000} MB of results",
        f"is tried up to {('no', 'one', 'two', 'three', 'four')[retry_until.ATTEMPTS]} times",
        f"fetches {'ten' if CONCURRENT_IMAGES == 10 else CONCURRENT_IMAGES} images concurrently",
    ],
)
def test_document_states_the_limit(sentence: str) -> None:
    assert sentence in " ".join(text("jobs").split())
