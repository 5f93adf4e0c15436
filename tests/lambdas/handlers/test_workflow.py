"""The functions of a job one after the other, each with the input of its state."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.classify import classify_task
from inference.deadline import Deadline
from inference.errors import ModelError, SourceUnavailableError
from inference.messages import parse_task_fields
from inference.stage import Timings
from jobs.errors import RequestError, StoreUnavailableError
from jobs.items import Item
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import RESULTS, JobStore
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.bundles import models_setting
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.http_server import HttpServer, ok, status

Load = Callable[..., ModuleType]

MAX_STATE_BYTES = 100_000


def run_map(classify: ModuleType, split: dict[str, Any]) -> list[Any]:
    """Return the output of the Map state: the replies of classify, and caught errors by their names."""

    def run_item(index: int) -> Any:
        event = {"job": split["job"], "index": index, "byte_range": list(split["items"][index])}
        try:
            return classify.handler(event, Context())
        except Exception as error:
            return {"error": type(error).__name__}

    return [run_item(index) for index in range(len(split["items"]))]


def test_each_image_of_a_list_has_one_result_in_order(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    site.routes |= {"/gone": status(404), "/text": ok(b"text"), "/away": status(503)}
    urls = [
        site.url("/1"), site.url("/gone"), site.url("/text"), "", "x" * 9000, "http://169.254.169.254/",
        site.url("/away"), "nonsense", " " + site.url("/2") + " ",
    ]  # fmt: skip
    save_request(store, job, JobRequest(2, tuple(urls)))
    split = load("split").handler({"job": job, "execution": job}, Context())
    outcomes = run_map(load("classify"), split)
    assert outcomes == ["predicted"] + ["rejected"] * 5 + [{"error": "SourceUnavailableError"}, "rejected", "predicted"]
    summary = load("reduce").handler({"job": job, "outcomes": outcomes}, Context())
    assert summary == {
        "job": job, "items": 9, "predicted": 2, "rejected": 6, "failed": 1, "results": store.address(job, RESULTS),
    }  # fmt: skip
    results = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["id"] for result in results] == [f"{job}/{index}" for index in range(9)]
    assert len(results[0]["labels"]) == 2
    assert [result["rejection"]["code"] for result in results if "rejection" in result] == [
        "not_found", "unsupported_image", "bad_task", "bad_task", "forbidden_address", "bad_address",
    ]  # fmt: skip
    for result, kind in zip(results, outcomes, strict=True):
        name = "error_item" if isinstance(kind, dict) else {"predicted": "prediction", "rejected": "rejection"}[kind]
        Draft202012Validator(load_schema(name)).validate(result)


def test_thousand_items_fit_into_the_states(load: Load, store: JobStore, job: str) -> None:
    urls = tuple(f"https://example.com/{index}?{'é' * 480}" for index in range(1000))
    save_request(store, job, JobRequest(100, urls))
    split = load("split").handler({"job": job}, Context())
    assert len(json.dumps(split)) < MAX_STATE_BYTES
    assert [offset for offset, _ in split["items"]] == sorted(offset for offset, _ in split["items"])
    outcomes = [{"error": "Lambda.ClientExecutionTimeoutException"}] * 1000
    payload = {"job": job, "outcomes": outcomes}
    assert len(json.dumps({**split, **payload})) < MAX_STATE_BYTES
    summary = load("reduce").handler(payload, Context())
    assert len(json.dumps(summary)) < 1000
    assert (summary["items"], summary["failed"]) == (1000, 1000)
    results = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["url"] for result in results] == list(urls)


def test_execution_can_be_started_by_hand(load: Load, site: HttpServer, job: str) -> None:
    split = load("split").handler({"urls": [site.url("/1")], "top": 1, "execution": job}, Context())
    assert split["job"] == job
    assert run_map(load("classify"), split) == ["predicted"]


def test_request_for_bulk_job_is_refused(load: Load, store: JobStore, job: str) -> None:
    save_request(store, job, JobRequest(5, (), "s3://lists/all.csv"))
    with pytest.raises(RequestError, match="bulk"):
        load("split").handler({"job": job}, Context())


def test_errors_to_retry_are_raised_by_name(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    site.routes["/away"] = status(503)
    save_request(store, job, JobRequest(5, (site.url("/away"), site.url("/1"))))
    items = load("split").handler({"job": job}, Context())["items"]
    event = {"job": job, "index": 0, "byte_range": items[0]}
    with pytest.raises(SourceUnavailableError):
        load("classify").handler(event, Context())
    with pytest.raises(ModelError):
        load("classify", MODELS=models_setting("s3://nothing/here/" + "0" * 64)).handler(event, Context())


def test_unsaved_result_is_retried(
    load: Load, site: HttpServer, store: JobStore, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> str:
        raise StoreUnavailableError("away")

    save_request(store, job, JobRequest(5, (site.url("/1"),)))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")
    with monkeypatch.context() as patch, pytest.raises(StoreUnavailableError):
        patch.setattr(JobStore, "put", fail)
        classify.handler({"job": job, "index": 0, "byte_range": items[0]}, Context())
    assert classify.handler({"job": job, "index": 0, "byte_range": items[0]}, Context()) == "predicted"


def test_concurrent_items_do_not_mix(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    save_request(store, job, JobRequest(1, tuple(site.url(f"/{index}") for index in range(40))))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")

    def classify_item(index: int) -> Any:
        task = parse_task_fields(Item(job, index, items[index]).load_fields(store), "x")
        return classify_task(
            task, classify.runtime.models, classify.runtime.fetcher.fetch, Deadline(20), Timings()
        ).result

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(classify_item, range(40)))
    assert [result.url for result in results] == [site.url(f"/{index}") for index in range(40)]
