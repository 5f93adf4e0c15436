"""The steps of a job one after the other, each fed with what its state gets."""

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
from jobs.items import Item
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.saved_request import keep
from jobs.store import RESULTS, Store, StoreUnavailableError
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.bundles import models_setting
from tests.support.lambdas.document import schemas
from tests.support.lambdas.http_server import HttpServer, ok, status

Load = Callable[..., ModuleType]

MOST_BYTES = 100_000


def mapped(classify: ModuleType, split: dict[str, Any]) -> list[Any]:
    """What the Map of the workflow makes of Split's answer: Classify's words, and caught errors by their names."""

    def one(index: int) -> Any:
        event = {"job": split["job"], "index": index, "at": list(split["items"][index])}
        try:
            return classify.handler(event, Context())
        except Exception as error:
            return {"error": type(error).__name__}

    return [one(index) for index in range(len(split["items"]))]


def test_a_list_of_every_kind_is_answered_in_order(load: Load, site: HttpServer, store: Store, job: str) -> None:
    site.routes |= {"/gone": status(404), "/text": ok(b"text"), "/away": status(503)}
    urls = [
        site.url("/1"), site.url("/gone"), site.url("/text"), "", "x" * 9000, "http://169.254.169.254/",
        site.url("/away"), "nonsense", " " + site.url("/2") + " ",
    ]  # fmt: skip
    keep(store, job, Request(2, tuple(urls)))
    split = load("split").handler({"job": job, "execution": job}, Context())
    outcomes = mapped(load("classify"), split)
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
        Draft202012Validator(schemas("jobs" if name == "error_item" else "messages")[name]).validate(result)


def test_a_thousand_items_travel_in_less_than_a_state_may_hold(load: Load, store: Store, job: str) -> None:
    urls = tuple(f"https://example.com/{index}?{'é' * 480}" for index in range(1000))
    keep(store, job, Request(100, urls))
    split = load("split").handler({"job": job}, Context())
    assert len(json.dumps(split)) < MOST_BYTES
    assert [offset for offset, _ in split["items"]] == sorted(offset for offset, _ in split["items"])
    outcomes = [{"error": "Lambda.ClientExecutionTimeoutException"}] * 1000
    given = {"job": job, "outcomes": outcomes}
    assert len(json.dumps({**split, **given})) < MOST_BYTES
    summary = load("reduce").handler(given, Context())
    assert len(json.dumps(summary)) < 1000
    assert (summary["items"], summary["failed"]) == (1000, 1000)
    results = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["url"] for result in results] == list(urls)


def test_a_job_may_be_started_by_hand(load: Load, site: HttpServer, job: str) -> None:
    split = load("split").handler({"urls": [site.url("/1")], "top": 1, "execution": job}, Context())
    assert split["job"] == job
    assert mapped(load("classify"), split) == ["predicted"]


def test_a_request_for_another_machine_is_refused(load: Load, store: Store, job: str) -> None:
    keep(store, job, Request(5, (), "s3://lists/all.csv"))
    with pytest.raises(Refusal, match="bulk"):
        load("split").handler({"job": job}, Context())


def test_what_may_be_tried_again_is_raised_under_its_name(load: Load, site: HttpServer, store: Store, job: str) -> None:
    site.routes["/away"] = status(503)
    keep(store, job, Request(5, (site.url("/away"), site.url("/1"))))
    items = load("split").handler({"job": job}, Context())["items"]
    event = {"job": job, "index": 0, "at": items[0]}
    with pytest.raises(SourceUnavailableError):
        load("classify").handler(event, Context())
    with pytest.raises(ModelError):
        load("classify", MODELS=models_setting("s3://nothing/here/" + "0" * 64)).handler(event, Context())


def test_a_result_that_cannot_be_kept_is_not_forgotten(
    load: Load, site: HttpServer, store: Store, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> str:
        raise StoreUnavailableError("away")

    keep(store, job, Request(5, (site.url("/1"),)))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")
    with monkeypatch.context() as patch, pytest.raises(StoreUnavailableError):
        patch.setattr(Store, "put", fail)
        classify.handler({"job": job, "index": 0, "at": items[0]}, Context())
    assert classify.handler({"job": job, "index": 0, "at": items[0]}, Context()) == "predicted"


def test_many_items_at_once_in_one_process_do_not_mix(load: Load, site: HttpServer, store: Store, job: str) -> None:
    keep(store, job, Request(1, tuple(site.url(f"/{index}") for index in range(40))))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")

    def one(index: int) -> Any:
        task = parse_task_fields(Item(job, index, items[index]).fields(store), "x")
        return classify_task(task, classify.models, classify.fetcher.fetch, Deadline(20), Timings()).result

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(40)))
    assert [result.url for result in results] == [site.url(f"/{index}") for index in range(40)]
