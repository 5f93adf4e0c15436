"""What docs/jobs.md promises."""

import pytest
from jsonschema import Draft202012Validator

from jobs import body, page, records, request, retry_until
from pipeline import concurrency
from tests.support.lambdas.document import examples, schemas, table_of_codes, text


@pytest.mark.parametrize("kind", ["request", "accepted", "refusal", "job", "error_item"])
def test_the_documents_examples_fit_its_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(schemas("jobs")[kind])
    Draft202012Validator(schemas("jobs")[kind]).validate(examples("jobs")[kind])


def test_the_jobs_of_the_document_hold_its_error_items() -> None:
    predicted, failed = examples("jobs")["job"]["results"]
    Draft202012Validator(schemas()["prediction"]).validate(predicted)
    assert failed == examples("jobs")["error_item"]
    assert failed == records.error_item(failed["id"], failed["url"], "SourceUnavailableError")


def test_the_document_knows_every_code_that_has_a_sentence_of_its_own() -> None:
    sentences = {code: records.error_item("a", None, code)["error"]["message"] for code in table_of_codes("jobs")}
    other = records.error_item("a", None, "ZeroDivisionError")["error"]["message"]
    assert len(set(sentences.values()) | {other}) == len(sentences) + 1
    assert set(sentences) == set(records.MESSAGES)


@pytest.mark.parametrize("url", [None, "", "x" * 8193, 7, ["x"]])
def test_an_error_item_has_an_address_or_none(url: object) -> None:
    item = records.error_item("a", url, "Lambda.TooManyRequestsException")
    assert item["url"] is None
    Draft202012Validator(schemas("jobs")["error_item"]).validate(item)


@pytest.mark.parametrize(
    "sentence",
    [
        f"more than {body.MAX_BYTES // 2**20} MiB",
        f"more than {request.MAX_URLS:,} entries",
        f"about {page.MAX_BYTES / 1_000_000} MB of results",
        f"up to {('no', 'one', 'two', 'three', 'four')[retry_until.ATTEMPTS]} times in all",
        f"fetches {'ten' if concurrency.CONCURRENT_IMAGES == 10 else concurrency.CONCURRENT_IMAGES} images at once",
    ],
)
def test_the_document_states_the_limit(sentence: str) -> None:
    assert sentence in " ".join(text("jobs").split())
