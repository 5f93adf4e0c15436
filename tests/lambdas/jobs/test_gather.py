"""A thousand results joined in order."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from jsonschema import Draft202012Validator

from inference.errors import Code
from inference.messages import Label, Prediction, Rejection
from jobs.gather import gather
from jobs.items import Item, lines
from jobs.request import Request
from jobs.store import ITEMS, RESULTS, Store
from tests.support.lambdas.document import schemas


def split(store: Store, job: str, count: int) -> list[Item]:
    content, ranges = lines(job, Request(5, tuple(f"https://example.com/{n}.jpg" for n in range(count))))
    store.put(job, ITEMS, content)
    return [Item(job, index, at) for index, at in enumerate(ranges)]


def prediction(item: Item) -> Prediction:
    labels = tuple(Label(f"label {n}", 1 / (n + 1)) for n in range(100))
    return Prediction(f"{item.job}/{item.index}", "u", labels, "digits", "0" * 64, 0.1)


def test_a_thousand_results_come_in_order_and_only_their_address_is_told(store: Store, job: str) -> None:
    items = split(store, job, 1000)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda item: item.keep(store, prediction(item)), items))
    summary = gather(store, job, outcomes)
    assert summary == {
        "job": job,
        "items": 1000,
        "predicted": 1000,
        "rejected": 0,
        "failed": 0,
        "results": f"s3://lambdas-jobs/jobs/{job}/results.jsonl",
    }
    found = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["id"] for result in found] == [f"{job}/{index}" for index in range(1000)]
    assert all(len(result["labels"]) == 100 for result in found)


def test_an_item_without_a_result_is_an_error_item(store: Store, job: str) -> None:
    items = split(store, job, 5)
    items[0].keep(store, prediction(items[0]))
    items[1].keep(store, Rejection(f"{job}/1", "u", Code.NOT_FOUND, "No."))
    items[3].keep(store, prediction(items[3]))
    outcomes = ["predicted", "rejected", {"error": "SourceUnavailableError"}, {"error": "States.Timeout"}, "predicted"]
    summary = gather(store, job, outcomes)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [5, 2, 1, 2]
    found = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["id"] for result in found] == [f"{job}/{index}" for index in range(5)]
    assert found[3]["labels"], "a function that died after it had written has answered"
    assert [found[index]["error"]["code"] for index in (2, 4)] == ["SourceUnavailableError", "ResultMissing"]
    assert found[2]["url"] == "https://example.com/2.jpg"
    for index in (2, 4):
        Draft202012Validator(schemas("jobs")["error_item"]).validate(found[index])


def test_outcomes_that_are_not_this_jobs_are_refused(store: Store, job: str) -> None:
    split(store, job, 2)
    with pytest.raises(ValueError, match="2 items, and 3 outcomes"):
        gather(store, job, ["predicted"] * 3)
