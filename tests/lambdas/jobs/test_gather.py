"""Results of a posted list, joined in its order."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from jsonschema import Draft202012Validator

from inference.errors import Code
from inference.messages import Label, Prediction, Rejection
from jobs.gather import gather_results
from jobs.items import Item, encode_items
from jobs.request import JobRequest
from jobs.store import ITEMS, RESULTS, JobStore
from tests.support.lambdas.document import load_schema


def make_items(store: JobStore, job: str, count: int) -> list[Item]:
    content, ranges = encode_items(job, JobRequest(5, tuple(f"https://example.com/{n}.jpg" for n in range(count))))
    store.put(job, ITEMS, content)
    return [Item(job, index, byte_range) for index, byte_range in enumerate(ranges)]


def make_prediction(item: Item) -> Prediction:
    labels = tuple(Label(f"label {n}", 1 / (n + 1)) for n in range(100))
    return Prediction(f"{item.job}/{item.index}", "u", labels, "digits", "0" * 64, 0.1)


def test_thousand_results_are_joined_in_order(store: JobStore, job: str) -> None:
    items = make_items(store, job, 1000)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda item: item.save_result(store, make_prediction(item)), items))
    summary = gather_results(store, job, outcomes)
    assert summary == {
        "job": job,
        "items": 1000,
        "predicted": 1000,
        "rejected": 0,
        "failed": 0,
        "results": f"s3://lambdas-jobs/jobs/{job}/results.jsonl",
    }
    results = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["id"] for result in results] == [f"{job}/{index}" for index in range(1000)]
    assert all(len(result["labels"]) == 100 for result in results)


def test_item_without_result_is_error_item(store: JobStore, job: str) -> None:
    items = make_items(store, job, 5)
    items[0].save_result(store, make_prediction(items[0]))
    items[1].save_result(store, Rejection(f"{job}/1", "u", Code.NOT_FOUND, "No."))
    items[3].save_result(store, make_prediction(items[3]))
    outcomes = ["predicted", "rejected", {"error": "SourceUnavailableError"}, {"error": "States.Timeout"}, "predicted"]
    summary = gather_results(store, job, outcomes)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [5, 2, 1, 2]
    results = [json.loads(line) for line in store.get(job, RESULTS).splitlines()]
    assert [result["id"] for result in results] == [f"{job}/{index}" for index in range(5)]
    assert results[3]["labels"], "a stored result counts although the function timed out afterwards"
    assert [results[index]["error"]["code"] for index in (2, 4)] == ["source_unavailable", "result_missing"]
    assert results[2]["url"] == "https://example.com/2.jpg"
    for index in (2, 4):
        Draft202012Validator(load_schema("error_item")).validate(results[index])


def test_wrong_number_of_outcomes_is_refused(store: JobStore, job: str) -> None:
    make_items(store, job, 2)
    with pytest.raises(ValueError, match="2 items but 3 outcomes"):
        gather_results(store, job, ["predicted"] * 3)
