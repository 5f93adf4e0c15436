"""Items of a posted list: tasks as ranges of bytes, and results by index."""

import json

import pytest

from inference.errors import Code
from inference.messages import Label, Prediction, Rejection
from jobs.errors import RequestError
from jobs.items import Item, encode_items, result_name
from jobs.request import JobRequest
from jobs.store import ITEMS, JobStore

URLS = ("https://example.com/1.jpg", 's3://b/é\ud800\n"x.jpg', "", "x" * 9000)


@pytest.mark.parametrize("model", [{}, {"model": "pets"}])
def test_each_byte_range_contains_one_task(model: dict[str, str], store: JobStore, job: str) -> None:
    content, ranges = encode_items(job, JobRequest(3, URLS, **model))
    store.put(job, ITEMS, content)
    for index, (byte_range, url) in enumerate(zip(ranges, URLS, strict=True)):
        item = Item.from_event({"job": job, "index": index, "byte_range": list(byte_range)})
        assert item is not None
        assert item.load_fields(store) == {"id": f"{job}/{index}", "url": url, "top": 3} | model
    assert [json.loads(line)["url"] for line in content.splitlines()] == list(URLS)


def test_save_result_returns_its_kind(store: JobStore, job: str) -> None:
    item = Item(job, 7, (0, 1))
    assert item.save_result(store, Prediction("a", "u", (Label("1", 1.0),), "digits", "0" * 64, 0.1)) == "predicted"
    assert "labels" in json.loads(store.get(job, result_name(7)))
    assert item.save_result(store, Rejection("a", "u", Code.NOT_FOUND, "No.")) == "rejected"
    assert "rejection" in json.loads(store.get(job, "results/000007.json"))


@pytest.mark.parametrize("event", [None, {}, [], "text", {"url": "https://example.com/"}])
def test_event_without_job_has_no_item(event: object) -> None:
    assert Item.from_event(event) is None


def test_invalid_job_name_is_refused() -> None:
    with pytest.raises(RequestError):
        Item.from_event({"job": "../../models", "index": 0, "byte_range": [0, 1]})
